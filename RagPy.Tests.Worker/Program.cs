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
// Arguments: connection string, data folder, number of items. Providers and stores are those that the variables of the settings name.
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
var settings = SettingsBinder.Bind(Environment.GetEnvironmentVariable).Settings;
services.AddSingleton(settings);
options.Stores = RemoteStoreOptions.From(settings);

// What takes a minute in earnest takes a moment in a test.
services.AddSingleton(
    new RecognitionBatchOptions
    {
        Tick = TimeSpan.FromMilliseconds(100),
        Idle = TimeSpan.FromMilliseconds(200),
        Settle = TimeSpan.FromMilliseconds(500),
        Quiet = TimeSpan.FromSeconds(10),
        Poll = TimeSpan.FromMilliseconds(200),
        Grace = TimeSpan.FromSeconds(60),
    }
);

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
