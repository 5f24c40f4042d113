-- Search by terms, most popular first. The terms of a field are its words, and the first 1 to 8 letters of each word followed by an
-- asterisk. The arrays are stored, because the documented condition that a search index accelerates is ARRAY_INCLUDES_ANY of a column
-- whose TOKEN is indexed. The index stores all columns that searches filter by and return, so that a candidate does not cost a read of
-- its row. Search indexes require Spanner's Enterprise edition.
ALTER TABLE SearchEntries ADD COLUMN NameTerms ARRAY<STRING(MAX)> AS (
  SPLIT(REGEXP_REPLACE(Name, r'(((((((((\S)\S?)\S?)\S?)\S?)\S?)\S?)\S?)\S*)\s*', r'\1 \2* \3* \4* \5* \6* \7* \8* \9* '), ' ')
) STORED HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN NameTokens TOKENLIST AS (TOKEN(NameTerms)) HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN ArtistTerms ARRAY<STRING(MAX)> AS (
  SPLIT(REGEXP_REPLACE(Artists, r'(((((((((\S)\S?)\S?)\S?)\S?)\S?)\S?)\S?)\S*)\s*', r'\1 \2* \3* \4* \5* \6* \7* \8* \9* '), ' ')
) STORED HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN ArtistTokens TOKENLIST AS (TOKEN(ArtistTerms)) HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN AlbumTerms ARRAY<STRING(MAX)> AS (
  SPLIT(REGEXP_REPLACE(Album, r'(((((((((\S)\S?)\S?)\S?)\S?)\S?)\S?)\S?)\S*)\s*', r'\1 \2* \3* \4* \5* \6* \7* \8* \9* '), ' ')
) STORED HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN AlbumTokens TOKENLIST AS (TOKEN(AlbumTerms)) HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN TagTerms ARRAY<STRING(MAX)> AS (SPLIT(Tags, ' ')) STORED HIDDEN;
ALTER TABLE SearchEntries ADD COLUMN TagTokens TOKENLIST AS (TOKEN(TagTerms)) HIDDEN;
CREATE SEARCH INDEX SearchEntriesByTerms ON SearchEntries (NameTokens, ArtistTokens, AlbumTokens, TagTokens)
  STORING (Name, Artists, ArtistIds, Album, Tags, MarketPopularity, Markets, ReleaseDate, AddedAt)
  PARTITION BY Type ORDER BY Rank;
