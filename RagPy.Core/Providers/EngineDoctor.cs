using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;

namespace RagPy.Core.Providers;

/// <summary>Says for <c>doctor</c> which engines new projects get, and what these need. Asks neither database nor provider, and never tells a key.</summary>
public static class EngineDoctor
{
    /// <summary>Embedder, clean-up and store of new projects, by the settings.</summary>
    /// <param name="dataDirectory">Where the embedded store would lie.</param>
    /// <returns>For each: what it is about, whether it can be used, and a sentence.</returns>
    public static async Task<IReadOnlyList<(string Subject, bool IsUsable, string Text)>> DescribeAsync(
        RagPySettings settings,
        string dataDirectory
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var options = PipelineOptions.From(settings, "Host=localhost", dataDirectory);
        var services = new ServiceCollection().AddSingleton(settings).AddRagPyPipeline(options);
        await using var provider = services.BuildServiceProvider();
        return
        [
            Describe("embedding", () => Embedder(provider.GetRequiredService<IEmbedderRegistry>(), settings)),
            Describe("clean-up", () => CleanUp(provider.GetRequiredService<IChatModels>(), settings)),
            Describe("vector store", () => Store(provider.GetServices<IRemoteVectorStore>(), settings)),
        ];
    }

    private static (string Subject, bool IsUsable, string Text) Describe(string subject, Func<string> text)
    {
        try
        {
            return (subject, true, text());
        }
        catch (Exception exception) when (exception is InvalidOperationException or StoreNotUsableException)
        {
            return (subject, false, exception.Message);
        }
    }

    private static string Embedder(IEmbedderRegistry embedders, RagPySettings settings)
    {
        EmbedderInfo info;
        try
        {
            info = embedders.Default;
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"RAGPY_EMBEDDER is {settings.DefaultEmbedder}: {exception.Message}", exception);
        }

        var dimension = string.Create(CultureInfo.InvariantCulture, $"{info.Id}, {info.Dimension} dimensions");
        return info.IsApproximate ? $"{dimension}: works offline and is approximate"
            : EmbedderName.TryParse(info.Id) is { } name ? $"{dimension}{Key(name.Provider, settings)}"
            : dimension;
    }

    private static string CleanUp(IChatModels models, RagPySettings settings)
    {
        if (settings.DefaultCleanUp == CleanUpRules.None)
        {
            return "none: passages stay as they were read";
        }

        try
        {
            var name = models.Require(settings.DefaultCleanUp);
            return name.Id + Key(name.Provider, settings);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"RAGPY_CLEANUP is {settings.DefaultCleanUp}: {exception.Message}", exception);
        }
    }

    private static string Store(IEnumerable<IRemoteVectorStore> remotes, RagPySettings settings)
    {
        var kind = settings.VectorStore;
        if (kind == StoreKinds.Embedded)
        {
            return $"{kind}: on this machine";
        }

        var missing = remotes.FirstOrDefault(store => store.Kind == kind)?.Missing;
        return missing is null
            ? $"{kind}: what it needs is set"
            : throw new StoreNotUsableException($"RAGPY_VECTOR_STORE is {kind}: {missing}");
    }

    /// <summary>Whether the provider's key is set; nothing for one that has none. Called for one that can be used.</summary>
    private static string Key(string provider, RagPySettings settings) =>
        !ProviderEndpoints.Names.Contains(provider) ? ", on this machine"
        : new ProviderEndpoints(settings).Find(provider) is { KeySetting.Length: > 0 } endpoint ? $": {endpoint.KeySetting} is set"
        : "";
}
