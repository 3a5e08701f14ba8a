using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Tests.Pipeline;

// A worker in a process of its own, for the tests that kill it: brings one made-up library in and ends when all is done.
// Arguments: connection string, data folder, number of items, address of an OpenAI simulator where vectors are to be bought, a word when clean texts
// are to be bought there instead.
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
if (args.Length > 3)
{
    var cleansUp = args.Length > 4;
    services.AddSingleton(
        new RagPySettings
        {
            DefaultEmbedder = cleansUp ? OfflineEmbeddingGenerator.Info.Id : "openai/text-embedding-3-large@64",
            DefaultCleanUp = cleansUp ? "openai/gpt-4o-mini" : CleanUpRules.None,
            OpenAIApiKey = "sk-simulated",
            OpenAIBaseUrl = args[3],
        }
    );
}

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
