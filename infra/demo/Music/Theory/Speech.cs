namespace Spotify.Demo.Music.Theory;

/// <summary>The rhythm and the melody of speech.</summary>
internal static class Speech
{
    /// <summary>
    /// Returns syllables in sentences of two to four phrases, up to the final chord. The pitch falls over each phrase, whose last
    /// syllable is long.
    /// </summary>
    public static List<Note> Syllables(this LeadSheet sheet, int lowest, SeededRandom random)
    {
        var (beatsPerSecond, voice) = (sheet.Tempo / 60, lowest + random.Between(0.0, 13));
        var (time, end) = (sheet.BeatsPerBar * 0.75, sheet.Bars[^2].Start);
        var notes = new List<Note>();
        while (time < end)
        {
            var (phrases, syllables) = (random.Between(2, 5), random.Between(4, 10));
            for (var i = 0; i < phrases * syllables && time < end; i++)
            {
                var place = i % syllables;
                var (stressed, last) = (place % 3 == 1, place == syllables - 1);
                var length = beatsPerSecond * (random.Between(0.12, 0.17) + (stressed ? 0.05 : 0) + (last ? 0.12 : 0));
                var pitch = voice + 3 - (4f * place / syllables) + (stressed ? 1.5f : 0) + random.Between(-0.5, 0.5);
                notes.Add(new(time, length * 0.92, pitch, stressed ? 0.9f : 0.65f));
                time += length + (last ? beatsPerSecond * random.Between(0.2, 0.35) : 0);
            }

            time += beatsPerSecond * random.Between(0.5, 0.8);
        }

        return notes;
    }
}
