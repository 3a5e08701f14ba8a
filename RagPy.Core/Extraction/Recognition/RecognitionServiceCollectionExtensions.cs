using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Registers the engines that read pages, in the order in which they are tried.</summary>
internal static class RecognitionServiceCollectionExtensions
{
    public static IServiceCollection AddRecognition(this IServiceCollection services)
    {
        services.AddSingleton<IPageRecognizer, MistralRecognizer>();
        services.AddSingleton<IPageRecognizer, VisionRecognizer>();
        services.AddSingleton<IPageRecognizer, TesseractRecognizer>();
        services.TryAddSingleton<MistralBatches>();
        services.TryAddSingleton<MistralFileSweep>();
        services.TryAddSingleton<RecognitionEngines>();
        return services;
    }
}
