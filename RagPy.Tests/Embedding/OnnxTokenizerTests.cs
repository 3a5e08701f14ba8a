using System.Text.Json;
using RagPy.Core.Embedding.Onnx;
using Xunit;

namespace RagPy.Tests.Embedding;

/// <summary>Tokens against those that the definitions of the tokenizers give, worked out by hand.</summary>
public sealed class OnnxTokenizerTests : IDisposable
{
    private static readonly TokenizerOptions s_bert = new("bert", null, null, true, "[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]");
    private readonly string _folder = Directory.CreateTempSubdirectory("ragpy-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("the Library", "the library")]
    [InlineData("LIBRARIES.", "libra ##ries .")]
    [InlineData("Café numérique", "cafe numeri ##que")]
    [InlineData("ab 四", "a ##b [UNK]")]
    [InlineData("a=b\tlibrary:the\u200b.", "a [UNK] b library : the .")]
    [InlineData("", "")]
    public void A_vocabulary_and_a_tokenizer_of_word_pieces_give_the_tokens_of_BERT(string text, string tokens)
    {
        var expected = tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TinyModel.IdOf);
        var plain = Read("vocab.txt", string.Join('\n', TinyModel.Vocabulary));
        var json = Read("tokenizer.json", WordPieceJson(lowercase: true));

        foreach (var tokenizer in new[] { plain, json })
        {
            Assert.Equal(expected, tokenizer.Encode(text));
            Assert.Equal([2, 7, 3], tokenizer.Wrap([], [7]));
            Assert.Equal((2, 0), (tokenizer.Around, tokenizer.Padding));
        }
    }

    [Fact]
    public void Case_is_kept_where_the_tokenizer_keeps_it()
    {
        var tokenizer = Read("tokenizer.json", WordPieceJson(lowercase: false));

        Assert.Equal([TinyModel.IdOf("[UNK]"), TinyModel.IdOf("library")], tokenizer.Encode("The library"));
    }

    [Theory]
    [InlineData("the library", "▁the ▁lib rary")]
    [InlineData("  the   library ", "▁the ▁lib rary")]
    [InlineData("the librarys", "▁the ▁lib rary s")]
    [InlineData("the Ж", "▁the ▁ <unk>")]
    [InlineData("<s>", "▁ <unk> s <unk>")]
    public void A_unigram_tokenizer_gives_the_likeliest_pieces(string text, string tokens)
    {
        (string Piece, double Score)[] pieces =
        [
            ("<s>", 0),
            ("<pad>", 0),
            ("</s>", 0),
            ("<unk>", 0),
            ("▁", -3),
            ("▁the", -4),
            ("the", -7),
            ("▁lib", -4),
            ("rary", -4),
            ("▁library", -9),
            ("s", -5),
        ];
        var tokenizer = Read(
            "tokenizer.json",
            JsonSerializer.Serialize(
                new
                {
                    added_tokens = new[] { "<s>", "<pad>", "</s>", "<unk>" }.Select(
                        (content, id) =>
                            new
                            {
                                id,
                                content,
                                special = true,
                            }
                    ),
                    normalizer = new
                    {
                        type = "Sequence",
                        normalizers = new object[]
                        {
                            new { type = "NFKC" },
                            new
                            {
                                type = "Replace",
                                pattern = new { Regex = " {2,}" },
                                content = " ",
                            },
                        },
                    },
                    pre_tokenizer = new
                    {
                        type = "Metaspace",
                        replacement = "▁",
                        add_prefix_space = true,
                    },
                    post_processor = new
                    {
                        type = "TemplateProcessing",
                        single = new object[]
                        {
                            new { SpecialToken = new { id = "<s>", type_id = 0 } },
                            new { Sequence = new { id = "A", type_id = 0 } },
                            new { SpecialToken = new { id = "</s>", type_id = 0 } },
                        },
                        special_tokens = new Dictionary<string, object>
                        {
                            ["<s>"] = new { id = "<s>", ids = new[] { 0 } },
                            ["</s>"] = new { id = "</s>", ids = new[] { 2 } },
                        },
                    },
                    model = new
                    {
                        type = "Unigram",
                        unk_id = 3,
                        vocab = pieces.Select(p => new object[] { p.Piece, p.Score }),
                    },
                }
            ),
            s_bert with
            {
                Padding = "<pad>",
            }
        );

        Assert.Equal(tokens.Split(' ').Select(t => Array.FindIndex(pieces, p => p.Piece == t)), tokenizer.Encode(text));
        Assert.Equal([0, 5, 2], tokenizer.Wrap([], [5]));
        Assert.Equal(1, tokenizer.Padding);
    }

    [Fact]
    public void A_sentencepiece_file_is_numbered_as_xlm_roberta_does()
    {
        var file = SentencePieceModel.Write(
            [("<unk>", 0), ("<s>", 0), ("</s>", 0), ("▁the", -4), ("▁lib", -4), ("rary", -4)],
            unknown: 0,
            new HashSet<string> { "<s>", "</s>" },
            charsMap: [],
            beginsWithSpace: true
        );
        File.WriteAllBytes(Path.Combine(_folder, "sentencepiece.bpe.model"), file);

        var tokenizer = OnnxTokenizerReader.Read(
            "tiny",
            Path.Combine(_folder, "sentencepiece.bpe.model"),
            s_bert with
            {
                ModelType = "xlm-roberta",
            }
        );

        Assert.Equal([4, 5, 6], tokenizer.Encode("the library"));
        Assert.Equal(4, tokenizer.Encode("the Ж")[0]);
        Assert.All(tokenizer.Encode("the Ж").Skip(1), id => Assert.Equal(3, id));
        Assert.Equal([0, 5, 2], tokenizer.Wrap([], [5]));
    }

    [Theory]
    [InlineData("the lib", "the Ġlib")]
    [InlineData("lib the é", "l i b Ġ the Ġ Ã ©")]
    public void Byte_pairs_are_merged_as_in_GPT2(string text, string tokens)
    {
        string[] vocabulary =
        [
            "<s>",
            "<pad>",
            "</s>",
            "<unk>",
            "t",
            "h",
            "e",
            "l",
            "i",
            "b",
            "Ġ",
            "Ã",
            "©",
            "th",
            "the",
            "Ġl",
            "Ġli",
            "Ġlib",
        ];
        var tokenizer = Read("tokenizer.json", BytePairJson(vocabulary, ["t h", "th e", "Ġ l", "Ġl i", "Ġli b"], "ByteLevel"));

        Assert.Equal(tokens.Split(' ').Select(t => Array.IndexOf(vocabulary, t)), tokenizer.Encode(text));
        Assert.Equal([0, 5, 2], tokenizer.Wrap([], [5]));
    }

    [Fact]
    public void What_is_not_supported_or_broken_is_said_in_words()
    {
        Assert.Contains("WordLevel", Fail("tokenizer.json", """{"model": {"type": "WordLevel", "vocab": {}}}"""), StringComparison.Ordinal);
        Assert.Contains("BPE", Fail("tokenizer.json", BytePairJson(["a"], [], "Metaspace")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fail("tokenizer.json", "{"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fail("vocab.txt", "only\nthese"), StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", Fail("sentencepiece.bpe.model", ""), StringComparison.Ordinal);
        Assert.Contains(
            "Odd",
            Fail(
                "tokenizer.json",
                """{"normalizer": {"type": "Odd"}, "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0]]}}"""
            ),
            StringComparison.Ordinal
        );
    }

    private string Fail(string name, string content) => Assert.Throws<OnnxModelFormatException>(() => Read(name, content)).Message;

    private OnnxTokenizer Read(string name, string content, TokenizerOptions? options = null)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, content);
        return OnnxTokenizerReader.Read("tiny", file, options ?? s_bert);
    }

    private static string WordPieceJson(bool lowercase) =>
        JsonSerializer.Serialize(
            new
            {
                normalizer = new
                {
                    type = "BertNormalizer",
                    clean_text = true,
                    handle_chinese_chars = true,
                    strip_accents = (bool?)null,
                    lowercase,
                },
                pre_tokenizer = new { type = "BertPreTokenizer" },
                post_processor = new
                {
                    type = "BertProcessing",
                    sep = new object[] { "[SEP]", 3 },
                    cls = new object[] { "[CLS]", 2 },
                },
                model = new
                {
                    type = "WordPiece",
                    unk_token = "[UNK]",
                    continuing_subword_prefix = "##",
                    max_input_chars_per_word = 100,
                    vocab = TinyModel.Vocabulary.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id),
                },
            }
        );

    private static string BytePairJson(string[] vocabulary, string[] merges, string words) =>
        JsonSerializer.Serialize(
            new
            {
                pre_tokenizer = new { type = words, add_prefix_space = false },
                post_processor = new
                {
                    type = "RobertaProcessing",
                    sep = new object[] { "</s>", 2 },
                    cls = new object[] { "<s>", 0 },
                },
                model = new
                {
                    type = "BPE",
                    vocab = vocabulary.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id),
                    merges,
                },
            }
        );
}
