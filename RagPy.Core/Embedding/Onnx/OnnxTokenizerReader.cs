using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>Makes a model's tokenizer from the file that its folder has.</summary>
internal static class OnnxTokenizerReader
{
    /// <summary>Reads the tokenizer.</summary>
    /// <exception cref="OnnxModelFormatException">It is of a kind that is not supported, or broken.</exception>
    public static OnnxTokenizer Read(string name, string file, TokenizerOptions options)
    {
        try
        {
            return Path.GetFileName(file) switch
            {
                "tokenizer.json" => TokenizerJson.Read(name, JsonFile.Read(file), options),
                "vocab.txt" => WordPiece(File.ReadAllLines(file), options, "##", TokenizerJson.LongestWord),
                _ => SentencePiece(name, file, options),
            };
        }
        catch (Exception exception)
            when (exception is JsonException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new OnnxModelFormatException($"The tokenizer of the model {name} cannot be read: {exception.Message}");
        }
    }

    /// <summary>BERT's tokenizer (Devlin et al. 2019).</summary>
    /// <param name="vocabulary">Tokens by their number.</param>
    public static OnnxTokenizer WordPiece(string[] vocabulary, TokenizerOptions options, string continuing, int longestWord)
    {
        var lowers = options.LowersCase ?? true;
        var strips = options.StripsAccents ?? lowers;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary)));
        var tokenizer = WordPieceTokenizer.Create(
            stream,
            new WordPieceOptions
            {
                PreTokenizer = new RegexPreTokenizer(BertText.Words, specialTokens: null),
                UnknownToken = options.Unknown,
                ContinuingSubwordPrefix = continuing,
                MaxInputCharsPerWord = longestWord,
            }
        );
        return new OnnxTokenizer(
            text => tokenizer.EncodeToIds(BertText.Normalize(text, lowers, strips, options.SplitsCjk)),
            [IdOf(options.Begin)],
            [IdOf(options.End)],
            IdOf(options.Padding)
        );

        int IdOf(string token) =>
            Array.IndexOf(vocabulary, token) is var id and >= 0 ? id : throw new FormatException($"It has no token {token}.");
    }

    /// <summary>
    /// A SentencePiece model whose tokens are numbered as XLM-RoBERTa does: one higher than in the file, with <c>&lt;s&gt;</c>, <c>&lt;pad&gt;</c>,
    /// <c>&lt;/s&gt;</c> and <c>&lt;unk&gt;</c> first (transformers, <c>XLMRobertaTokenizer</c>).
    /// </summary>
    private static OnnxTokenizer SentencePiece(string name, string file, TokenizerOptions options)
    {
        const int begin = 0;
        const int padding = 1;
        const int end = 2;
        const int unknown = 3;
        if (options.ModelType != "xlm-roberta")
        {
            throw new OnnxModelFormatException(
                $"The model {name} has a SentencePiece file, whose tokens are numbered by each kind of model in its own way, and is no xlm-roberta: add its tokenizer.json."
            );
        }

        using var stream = File.OpenRead(file);
        var tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        return new OnnxTokenizer(
            text =>
                [
                    .. tokenizer
                        .EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false)
                        .Select(id => id == tokenizer.UnknownId ? unknown : id + 1),
                ],
            [begin],
            [end],
            padding
        );
    }
}
