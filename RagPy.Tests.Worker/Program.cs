using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RagPy.Core.Extraction;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Tests.Pipeline;

// A worker in a process of its own, for the tests that kill it: brings one made-up library in and ends when all is done.
// Arguments: connection string, data folder, number of items; then, where vectors are to be bought, the address of an OpenAI simulator, else nothing or "";
// then, where they are to be kept remotely, kind and address of a simulated store.
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
if (args is [_, _, _, { Length: > 0 } provider, ..])
{
    services.AddSingleton(
        new RagPySettings
        {
            DefaultEmbedder = "openai/text-embedding-3-large@64",
            OpenAIApiKey = "sk-simulated",
            OpenAIBaseUrl = provider,
        }
    );
}

if (args is [_, _, _, _, var kind, var address])
{
    options.Stores = new RemoteStoreOptions
    {
        Default = kind,
        QdrantUrl = new Uri(address),
        PineconeUrl = new Uri(address),
        PineconeKey = "simulated",
        PineconeEnvironment = "aws-eu-west-1",
    };
}

services.AddRagPyPipeline(options);
await using var application = services.BuildServiceProvider();

await application.GetRequiredService<DatabaseMigrator>().MigrateAsync(CancellationToken.None);
var projects = application.GetRequiredService<ProjectService>();
var person = await projects.EnsureLocalOwnerAsync(CancellationToken.None);
var project = await projects.GetOrCreateAsync(person.Id, "killed", CancellationToken.None);
var tasks = application.GetRequiredService<TaskService>();
await application.GetRequiredService<PipelineWorker>().StartAsync(CancellationToken.None);
var task = await tasks.StartAsync(project.Id, person.Id, "/library", null, CancellationToken.None);
var isCompleted = false;
await foreach (var progress in tasks.WatchAsync(person.Id, task.Id, CancellationToken.None))
{
    isCompleted = progress.State == TaskState.Completed;
}

return isCompleted ? 0 : 1;
