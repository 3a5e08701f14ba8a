using Microsoft.Extensions.AI;
using RagPy.Core.CleanUp;
using Xunit;

namespace RagPy.Tests.CleanUp;

/// <summary>What passes as a correction, and what does not. The English pair is what Tesseract 5 reads in a scan at 80 dpi, and the page's text.</summary>
public sealed class CleanUpJudgeTests
{
    private const string Scan = """
        ‘The LinnSequencer sa state-of-the-art composition and performance too! forthe professional musician It is

        extremely powerful, yet amazingly simple to learn and us. It's many remarkable features include:

        * Operation is similar to multi-track tape recorder with PLAY, STOP, RECORD, FAST
        FORWARD, REWIND, and LOCATE controls.

        ‘* Each of the 100 sequences contains 32 simultaneous, polyphonic tracks. Each track may

        be assigned to one of 16 MIDI channels, Simultaneously plays up to 16 polyphonic

        synthesizers!

        Torecord a sequence, simply press RECORD and PLAY,
        ‘hen play your MIDI Keyboard in time tothe Sequencers
        ‘ck tack When the snence loops Sack around 0 bar
        Sou'l hear what you played only al ming eos willbe
        foetal! Timing correction may be ested or defeat),
        ‘Any adaitional nots piped wl be adeno the track
        """;

    private const string Page = """
        The LinnSequencer is a state-of-the-art composition and performance tool for the professional musician. It is extremely powerful, yet amazingly simple to
        learn and use. It's many remarkable features include:

        Operation is similar to multi-track tape recorder with PLAY, STOP, RECORD, FAST FORWARD, REWIND, and LOCATE controls.
        Each of the 100 sequences contains 32 simultaneous, polyphonic tracks. Each track may be assigned to one of 16 MIDI channels. Simultaneously plays up to 16
        polyphonic synthesizers!

        To record a sequence, simply press RECORD and PLAY, then play your MIDI keyboard in time to the Sequencer's click track. When the sequence loops back around
        to bar 1, you'll hear what you played—only all timing errors will be corrected! (Timing correction may be adjusted or defeated). Any additional notes played
        will be added into the track
        """;

    private const string Paraphrase = """
        The LinnSequencer is an advanced device with which the professional can compose and perform. It has great power, but learning and using it is surprisingly
        easy. Among its noteworthy functions are the following. It is worked like a multi-track tape machine, having buttons to play, stop, record, wind forward and
        back, and find a place. There are 100 sequences, and every one of them has 32 tracks that sound together; any track can be sent to one of the 16 channels of
        MIDI, so that up to 16 synthesizers are heard at once. Recording means pressing two buttons and playing along with the click; after the loop you hear the
        performance with its mistakes of rhythm put right, unless you switched that off, and whatever you play next is put on top.
        """;

    private const string French = """
        86 LES RÈGLES DE LA MÉTHODE SOCIOLOGIQUE

        La première règle et la plus fondamentale est de consi-
        dérer les faits sociaux comme des choses. Au moment où un ordre nou-
        veau de phénomènes devient objet de science, ils se trouvent déjà repré-
        sentés dans l'esprit, non seulement par des images sensibles, mais par
        des sortes de concepts grossièrement formés. ~~ .
        Avant les premiers rudiments de la physique et de la chimie, les
        hommes avaient déjà sur les phénomènes physico-chimiques des notions
        qui dépassaient la pure perception. 87
        """;

    private const string FrenchClean = """
        La première règle et la plus fondamentale est de considérer les faits sociaux comme des choses. Au moment où un ordre nouveau de phénomènes devient objet de
        science, ils se trouvent déjà représentés dans l'esprit, non seulement par des images sensibles, mais par des sortes de concepts grossièrement formés. Avant
        les premiers rudiments de la physique et de la chimie, les hommes avaient déjà sur les phénomènes physico-chimiques des notions qui dépassaient la pure
        perception.
        """;

    private const string FrenchSummary =
        "Durkheim pose que les faits sociaux doivent être considérés comme des choses, car nos notions précèdent toujours la science.";

    private const string Translation = """
        The first and most fundamental rule is to consider social facts as things. At the moment when a new order of phenomena becomes the object of a science, they
        are already represented in the mind, not only by sensible images, but also by some sort of crudely formed concepts. Before the first rudiments of physics
        and chemistry, men already had notions about physical and chemical phenomena which went beyond pure perception.
        """;

    private const string Invention =
        " On retiendra enfin que cette règle vaut pour toutes les sciences humaines et qu'elle inspira plus tard l'ethnologie de Mauss.";

    public static TheoryData<string, string> Corrections =>
        new()
        {
            { Scan, Page },
            { French, FrenchClean },
            { FrenchClean, FrenchClean },
            { Page, Page.ReplaceLineEndings(" ") },
            { "Introducti0n", "Introduction" },
            { "12\nChapitre premier", "Chapitre premier" },
            { "这是一个很长的句子，用来测试没有空格的文字。 7", "这是一个很长的句子，用来测试没有空格的文字。" },
            { "L’œuvre d’Émile Zola, « Germinal »", "L'œuvre d'Emile Zola, \"Germinal\"" },
        };

    public static TheoryData<string, string> Others =>
        new()
        {
            { Scan, Paraphrase },
            { Page, Paraphrase },
            { Page, Page[..300] },
            { Page, Page + Page },
            { French, FrenchSummary },
            { French, Translation },
            { French, FrenchClean + Invention },
            { French, "Je suis désolé, mais je ne peux pas vous aider avec cela." },
            { "Table des matières", "Voici la table des matières de l'ouvrage, nettoyée." },
            { Page, "…" },
        };

    [Theory]
    [MemberData(nameof(Corrections))]
    public void A_correction_passes(string raw, string answer) => Assert.True(CleanUpJudge.IsCorrection(raw, answer));

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_summarised_rephrased_translated_or_thought_up_does_not(string raw, string answer) =>
        Assert.False(CleanUpJudge.IsCorrection(raw, answer));

    [Theory]
    [InlineData("```\n{0}\n```")]
    [InlineData("```text\n{0}\n```")]
    [InlineData("<text>\n{0}\n</text>")]
    [InlineData("Voici le texte nettoyé :\n\n{0}")]
    public void What_models_put_around_an_answer_is_taken_off(string form)
    {
        var answer = CleanUpAnswer.Of(
            French,
            Response(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, FrenchClean))
        );

        Assert.Equal((CleanUpOutcome.Cleaned, FrenchClean.Trim()), (answer.Outcome, answer.Text));
    }

    [Fact]
    public void A_line_of_the_text_itself_that_ends_with_a_colon_stays()
    {
        const string raw = "Les règles sont :\nconsidérer les faits sociaux comme des choses, et écarter les prénotions. 87";

        Assert.Equal(raw[..^3], CleanUpAnswer.Of(raw, Response(raw[..^3])).Text);
    }

    [Fact]
    public void Characters_that_the_database_refuses_are_taken_out()
    {
        var answer = CleanUpAnswer.Of(French, Response($"\0{FrenchClean}\uFEFF"));

        Assert.Equal(FrenchClean.Trim(), answer.Text);
    }

    [Theory]
    [InlineData("pdfpig", true)]
    [InlineData("tesseract", true)]
    [InlineData("openai/gpt-4o-mini", true)]
    [InlineData("legacy", true)]
    [InlineData("mistral", false)]
    [InlineData("mistral-ocr-latest", false)]
    [InlineData("mistral/mistral-ocr-latest", false)]
    [InlineData("csv", false)]
    [InlineData("html", false)]
    [InlineData("epub", false)]
    [InlineData("csvish", true)]
    public void Engines_whose_text_is_clean_are_left_alone(string engine, bool cleans) => Assert.Equal(cleans, CleanUpRules.Cleans(engine));

    private static ChatResponse Response(string text) =>
        new(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop };
}
