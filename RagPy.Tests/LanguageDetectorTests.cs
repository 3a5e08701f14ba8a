using RagPy.Core.Embedding;
using Xunit;

namespace RagPy.Tests;

public sealed class LanguageDetectorTests
{
    [Theory]
    [InlineData("fr", "fr")]
    [InlineData("fr-CA", "fr")]
    [InlineData("fr_FR", "fr")]
    [InlineData("French", "fr")]
    [InlineData("Français", "fr")]
    [InlineData("fre", "fr")]
    [InlineData("en-US", "en")]
    [InlineData("ENG", "en")]
    [InlineData("fr;en", "")]
    public void The_language_field_decides_in_any_of_its_spellings(string field, string expected) =>
        Assert.Equal(expected, LanguageDetector.Resolve(field, "12345"));

    [Theory]
    [InlineData("The history of the library and of those who wrote it", "en")]
    [InlineData("Combien de personnes travaillent au ministère des sports", "fr")]
    [InlineData("l'État et son histoire", "fr")]
    [InlineData("Die Geschichte der Bibliothek und ihrer Leser ist nicht kurz", "")]
    [InlineData("La historia de los libros que se han escrito en el mundo", "")]
    [InlineData("Foucault", "")]
    [InlineData("", "")]
    [InlineData("東京大学", "")]
    public void Function_words_tell_the_language(string text, string expected) =>
        Assert.Equal(expected, LanguageDetector.Resolve("", text));
}
