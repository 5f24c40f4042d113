-- Search by words and word prefixes, most popular first. The index stores the columns that searches filter by, so that a candidate does
-- not cost a read of its row. Search indexes require Spanner's Enterprise edition.
ALTER TABLE SearchDocuments ADD COLUMN WordTokens TOKENLIST AS (TOKENIZE_FULLTEXT(Words)) HIDDEN;
ALTER TABLE SearchDocuments ADD COLUMN PrefixTokens TOKENLIST AS (
  TOKENIZE_SUBSTRING(Words, ngram_size_max=>3, ngram_size_min=>1, relative_search_types=>['word_prefix'])
) HIDDEN;
CREATE SEARCH INDEX SearchDocumentsByWords ON SearchDocuments (WordTokens, PrefixTokens)
  STORING (Markets) PARTITION BY Type ORDER BY Popularity DESC;
