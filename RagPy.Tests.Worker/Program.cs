using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Tests.Pipeline;

// A worker in a process of its own, for the tests that kill it: brings one made-up library in and ends when all is done.
// Arguments: connection string, data folder, number of items, address of an OpenAI simulator where vectors are to be bought; or that of a
// Mistral simulator where pages are, and "ocr".
var options = new PipelineOptions
{
    ConnectionString = args[0],
    DataDirectory = args[1],
    MaxConnections = 20,
    BatchSize = 8,
    RelayInterval = TimeSpan.FromSeconds(1),
};
var library = KillLibrary.Create(int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
var services = new ServiceCollection();
services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
services.AddSingleton<IPageTextExtractor>(new FakeExtractor { Pace = TimeSpan.FromMilliseconds(15) });
services.AddSingleton<SourceOpener>(library.Open);
services.AddSingleton(
    args switch
    {
        [_, _, _, var address, "ocr"] => new RagPySettings
        {
            Recognition = "mistral",
            MistralApiKey = "mistral-simulated",
            MistralApiBaseUrl = address,
        },
        [_, _, _, var address] => new RagPySettings
        {
            Recognition = "none",
            DefaultEmbedder = "openai/text-embedding-3-large@64",
            OpenAIApiKey = "sk-simulated",
            OpenAIBaseUrl = address,
        },
        _ => new RagPySettings { Recognition = "none" },
    }
);

services.AddRagPyPipeline(options);
await using var provider = services.BuildServiceProvider();

await provider.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
var projects = provider.GetRequiredService<ProjectService>();
var person = await projects.EnsureLocalOwnerAsync(CancellationToken.None);
var project = await projects.GetOrCreateAsync(person.Id, "killed", CancellationToken.None);
var tasks = provider.GetRequiredService<TaskService>();
await provider.GetRequiredService<PipelineWorker>().StartAsync(CancellationToken.None);
var task = await tasks.StartAsync(project.Id, person.Id, "/library", null, CancellationToken.None);
var isCompleted = false;
await foreach (var progress in tasks.WatchAsync(person.Id, task.Id, CancellationToken.None))
{
    isCompleted = progress.State == TaskState.Completed;
}

return isCompleted ? 0 : 1;
