using System.Collections.Concurrent;
using System.Globalization;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>The local models that <c>RAGPY_ONNX_MODELS</c> names: one folder each, or one folder with such folders in it. Nothing is loaded here. Thread safe.</summary>
public sealed class OnnxModels(RagPySettings settings)
{
    /// <summary>First part of the ids of local models.</summary>
    internal const string Provider = "onnx";

    private const string Setting = "RAGPY_ONNX_MODELS";

    private readonly ConcurrentDictionary<string, (string Stamp, OnnxModel Model)> _read = new(StringComparer.Ordinal);

    /// <summary>What is there, by name. Each model is read and hashed, which takes a second or so for a gigabyte.</summary>
    public IEnumerable<OnnxModelFinding> Find()
    {
        foreach (var name in Names())
        {
            OnnxModelFinding finding;
            try
            {
                var model = Read(name);
                OnnxTokenizerReader.Read(name, OnnxModelFiles.Find(model.Folder)!.Tokenizer!, model.Text.Tokenizer);
                finding = new OnnxModelFinding(
                    $"{Provider}/{name}",
                    true,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{model.Dimension?.ToString(CultureInfo.InvariantCulture) ?? "unknown number of"} dimensions, up to {model.Text.MaxTokens} tokens at once"
                    )
                );
            }
            catch (Exception exception) when (exception is OnnxModelFormatException or ProviderNotConfiguredException)
            {
                finding = new OnnxModelFinding($"{Provider}/{name}", false, exception.Message);
            }

            yield return finding;
        }
    }

    /// <summary>Ids of the models by name alone; whether each can be used is not looked at.</summary>
    internal IEnumerable<string> Ids() => Names().Select(name => $"{Provider}/{name}");

    /// <summary>Describes the embedder of a model; its id names the model's content too.</summary>
    /// <exception cref="ProviderNotConfiguredException">There is no such model, or not with this content or dimension; the message says what to do.</exception>
    internal (EmbedderInfo Info, OnnxModel Model) Require(EmbedderName name, double weight)
    {
        var colon = name.Model.LastIndexOf(':');
        var folder = colon < 0 ? name.Model : name.Model[..colon];
        var model = ReadOrExplain(folder);
        if (colon >= 0 && name.Model[(colon + 1)..] is var wanted && wanted != model.Hash)
        {
            throw new ProviderNotConfiguredException(
                $"The files of the model {folder} are no longer those that the vectors were made by ({model.Hash}, not {wanted}). "
                    + $"Put the old ones back; or choose {Provider}/{folder} again, which embeds every document anew."
            );
        }

        if (name.Dimension is { } asked && model.Dimension is { } given && asked != given)
        {
            throw new ProviderNotConfiguredException(
                $"The model {folder} gives vectors of {given} components, not {asked}: write {Provider}/{folder}."
            );
        }

        var dimension =
            model.Dimension
            ?? name.Dimension
            ?? throw new ProviderNotConfiguredException(
                $"No file of the model {folder} says its dimension: write it behind the name, as in {Provider}/{folder}@384."
            );
        var suffix = model.Dimension is null ? string.Create(CultureInfo.InvariantCulture, $"@{dimension}") : "";
        return (new EmbedderInfo($"{Provider}/{model.Id}{suffix}", dimension, IsApproximate: false, weight), model);
    }

    private OnnxModel ReadOrExplain(string name)
    {
        try
        {
            return Read(name);
        }
        catch (OnnxModelFormatException exception)
        {
            throw new ProviderNotConfiguredException(exception.Message);
        }
    }

    private OnnxModel Read(string name)
    {
        var files =
            Locate(name)
            ?? throw new ProviderNotConfiguredException(
                $"There is no local model '{name}': "
                    + (
                        settings.OnnxModels is null
                            ? $"{Setting} is not set."
                            : $"{Setting} has {(Names() is { Count: > 0 } names ? string.Join(", ", names) : "none")}."
                    )
            );
        try
        {
            var stamp = files.Stamp();
            if (!_read.TryGetValue(name, out var read) || read.Stamp != stamp)
            {
                _read[name] = read = (stamp, OnnxModelReader.Read(name, files));
            }

            return read.Model;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelFormatException($"The files of the model {name} cannot be read: {exception.Message}");
        }
    }

    /// <summary>The files of a model by the name of its folder, which comes from people: it must not lead elsewhere.</summary>
    private OnnxModelFiles? Locate(string name)
    {
        if (
            settings.OnnxModels is not { } root
            || name.Split('/').Any(part => part is "" or "." or "..")
            || name.Contains('\\', StringComparison.Ordinal)
        )
        {
            return null;
        }

        return OnnxModelFiles.Find(root) is { } single
            ? (name == NameOf(root) ? single : null)
            : OnnxModelFiles.Find(Path.Combine(root, name));
    }

    private List<string> Names()
    {
        if (settings.OnnxModels is not { } root || !Directory.Exists(root))
        {
            return [];
        }

        return OnnxModelFiles.Find(root) is not null
            ? [NameOf(root)]
            :
            [
                .. Directory
                    .EnumerateDirectories(root)
                    .Where(f => OnnxModelFiles.Find(f) is not null)
                    .Select(NameOf)
                    .Order(StringComparer.Ordinal),
            ];
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
