using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>The files of one model's folder: which of them count, and what they are known by.</summary>
internal sealed class OnnxModelFiles
{
    /// <summary>Part of every hash: another way of making vectors from the same files is another model.</summary>
    private const string Version = "ragpy-onnx/1\n";

    private const int HashDigits = 12;

    private static readonly string[] s_tokenizers = ["tokenizer.json", "vocab.txt", "sentencepiece.bpe.model"];

    private OnnxModelFiles(string folder, string modelFile)
    {
        (Folder, ModelFile) = (folder, modelFile);
        Tokenizer = s_tokenizers.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    public string Folder { get; }

    public string ModelFile { get; }

    /// <summary>The tokenizer's file; null when there is none.</summary>
    public string? Tokenizer { get; }

    /// <summary>Names that a tokenizer may have.</summary>
    public static string TokenizerNames => string.Join(", ", s_tokenizers);

    /// <summary>The files of a folder; null when it holds no model.</summary>
    public static OnnxModelFiles? Find(string folder)
    {
        string[] places = [Path.Combine(folder, "model.onnx"), Path.Combine(folder, "onnx", "model.onnx")];
        return Array.Find(places, File.Exists) is { } model ? new OnnxModelFiles(folder, model) : null;
    }

    /// <summary>Changes when a file of the folder is written or replaced.</summary>
    public string Stamp()
    {
        var stamp = new StringBuilder();
        foreach (
            var file in Large()
                .Concat(Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal)
        )
        {
            var info = new FileInfo(file);
            stamp.Append(CultureInfo.InvariantCulture, $"{file}\n{info.Length} {info.LastWriteTimeUtc.Ticks}\n");
        }

        return stamp.ToString();
    }

    /// <summary>What the model is known by: its weights, its tokenizer and how they are used.</summary>
    public string Hash(OnnxTextOptions text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Version}{text}\n"));
        var buffer = new byte[1 << 20];
        foreach (var file in Large().Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            hash.AppendData(
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}\n{stream.Length}\n"))
            );
            for (int read; (read = stream.Read(buffer)) > 0; )
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HashDigits];
    }

    /// <summary>The tokenizer, the model, and weights that lie in files beside it (<c>model.onnx_data</c> and the like); not its other editions.</summary>
    private IEnumerable<string> Large() =>
        Directory
            .EnumerateFiles(Path.GetDirectoryName(ModelFile)!, "model*")
            .Where(file => file == ModelFile || !file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            .Where(file => !IsOfAnotherEdition(file))
            .Concat(Tokenizer is null ? [] : [Tokenizer]);

    private static bool IsOfAnotherEdition(string file)
    {
        var name = Path.GetFileName(file);
        return name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            || (
                name.Contains(".onnx", StringComparison.OrdinalIgnoreCase)
                && !name.StartsWith("model.onnx", StringComparison.OrdinalIgnoreCase)
            );
    }
}
