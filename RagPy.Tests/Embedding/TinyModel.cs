using System.Runtime.InteropServices;
using RagPy.Core.Search;

namespace RagPy.Tests.Embedding;

/// <summary>
/// A model small enough to compute by hand: each token's vector is a row of a table. Written as an ONNX file by the format's own definition (<c>onnx.proto</c>: graph
/// with one <c>Gather</c>), with BERT's tokenizer over a handful of words.
/// </summary>
internal sealed class TinyModel
{
    public const int Dimension = 8;
    public const int MaxTokens = 16;

    /// <summary>Words that it knows; others are taken apart into letters.</summary>
    public static readonly string[] Vocabulary =
    [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "the",
        "library",
        "libra",
        "##ries",
        "numeri",
        "##que",
        "cafe",
        ".",
        ":",
        "query",
        "passage",
        .. "abcdefghijklmnopqrstuvwxyz0123456789".Select(c => c.ToString()),
        .. "abcdefghijklmnopqrstuvwxyz0123456789".Select(c => $"##{c}"),
    ];

    private readonly float[] _table;

    /// <param name="seed">Another one gives another model.</param>
    public TinyModel(int seed = 1)
    {
        var random = new Random(seed);
        _table = [.. Enumerable.Range(0, Vocabulary.Length * Dimension).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    public static int IdOf(string token) => Array.IndexOf(Vocabulary, token) is var id and >= 0 ? id : throw new ArgumentException(token);

    /// <summary>The vector of a token.</summary>
    public float[] Row(int id) => _table[(id * Dimension)..((id + 1) * Dimension)];

    /// <summary>Makes a token's vector zero.</summary>
    public void Clear(int id) => Array.Clear(_table, id * Dimension, Dimension);

    /// <summary>Mean of the tokens' vectors, of unit length; the tokens that every text has are added.</summary>
    public float[] Mean(params string[] tokens)
    {
        int[] ids = [IdOf("[CLS]"), .. tokens.Select(IdOf), IdOf("[SEP]")];
        return UnitVector.Of([.. Enumerable.Range(0, Dimension).Select(i => ids.Average(id => Row(id)[i]))]);
    }

    /// <summary>Writes the model's folder, as sentence-transformers would.</summary>
    public void Write(string folder, string pooling = "pooling_mode_mean_tokens", string? prompts = null)
    {
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        WriteModel(Path.Combine(folder, "model.onnx"));
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary);
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            $$"""{"model_type": "bert", "hidden_size": {{Dimension}}, "max_position_embeddings": 512}"""
        );
        File.WriteAllText(Path.Combine(folder, "sentence_bert_config.json"), $$"""{"max_seq_length": {{MaxTokens}}}""");
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            """{"do_lower_case": true, "model_max_length": 1000000000000000019884624838656}"""
        );
        File.WriteAllText(
            Path.Combine(folder, "1_Pooling", "config.json"),
            $$"""{"word_embedding_dimension": {{Dimension}}, "{{pooling}}": true, "pooling_mode_sqrt": false}"""
        );
        File.WriteAllText(
            Path.Combine(folder, "modules.json"),
            """[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]"""
        );
        if (prompts is not null)
        {
            File.WriteAllText(Path.Combine(folder, "config_sentence_transformers.json"), prompts);
        }
    }

    /// <summary>Writes <c>last_hidden_state = Gather(table, input_ids)</c>, or a model that wants an input of another name too.</summary>
    public void WriteModel(string file, string? unknownInput = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var model = new ProtobufWriter()
            .Number(1, 8)
            .Message(8, opset => opset.Text(1, "").Number(2, 13))
            .Message(
                7,
                graph =>
                {
                    graph
                        .Message(
                            1,
                            node =>
                                node.Text(1, "table").Text(1, "input_ids").Text(2, "last_hidden_state").Text(3, "gather").Text(4, "Gather")
                        )
                        .Text(2, "tiny")
                        .Message(
                            5,
                            table =>
                                table
                                    .Number(1, Vocabulary.Length)
                                    .Number(1, Dimension)
                                    .Number(2, Float)
                                    .Text(8, "table")
                                    .Bytes(9, MemoryMarshal.AsBytes(_table.AsSpan()).ToArray())
                        );
                    foreach (var name in new[] { "input_ids", "attention_mask", "token_type_ids", unknownInput }.OfType<string>())
                    {
                        graph.Message(11, input => Tensor(input, name, Int64, "batch", "length"));
                    }

                    graph.Message(12, output => Tensor(output, "last_hidden_state", Float, "batch", "length", Dimension));
                }
            );
        File.WriteAllBytes(file, model.ToArray());
    }

    private const int Float = 1;
    private const int Int64 = 7;

    private static void Tensor(ProtobufWriter value, string name, int type, params object[] shape) =>
        value
            .Text(1, name)
            .Message(
                2,
                kind =>
                    kind.Message(
                        1,
                        tensor =>
                            tensor
                                .Number(1, type)
                                .Message(
                                    2,
                                    dimensions =>
                                    {
                                        foreach (var size in shape)
                                        {
                                            dimensions.Message(
                                                1,
                                                d => _ = size is int number ? d.Number(1, number) : d.Text(2, (string)size)
                                            );
                                        }
                                    }
                                )
                    )
            );
}
