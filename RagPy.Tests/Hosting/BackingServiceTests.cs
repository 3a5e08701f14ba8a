using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.LocalServices;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>A PostgreSQL or Redis of the user's takes the place of the embedded one, whichever form its address has.</summary>
public sealed class BackingServiceTests : IDisposable
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ragpy-tests-");

    public void Dispose() => _data.Delete(recursive: true);

    [Theory]
    [InlineData("DATABASE_URL", "postgresql://me:p%40ss@db.example:6543/library?sslmode=require")]
    [InlineData("DATABASE_URL", "postgresql+asyncpg://me:p%40ss@db.example:6543/library?sslmode=require")]
    [InlineData("ConnectionStrings:ragpy", "Host=db.example;Port=6543;Username=me;Password=p@ss;Database=library;SSL Mode=Require")]
    public async Task A_given_database_is_passed_on_whole(string setting, string value)
    {
        _builder.Configuration[setting] = value;
        var (postgres, database) = Postgres();

        var backing = (await ChooseAsync())[postgres.Resource];
        var variables = await HostingModel.EnvironmentAsync(Tool().WithReference(database));

        Assert.Null(backing.Process);
        Assert.Contains(setting.Replace(":", "__", StringComparison.Ordinal), backing.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", backing.Reason, StringComparison.Ordinal);
        Assert.Contains("SSL Mode=Require", variables["ConnectionStrings__ragpy"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal("db.example", variables["RAGPY_HOST"]);
        Assert.Equal("6543", variables["RAGPY_PORT"]);
        Assert.Equal("me", variables["RAGPY_USERNAME"]);
        Assert.Equal("p@ss", variables["RAGPY_PASSWORD"]);
    }

    [Theory]
    [InlineData("redis://:s%2Fcret@cache.example:6390/2", "cache.example:6390,password=s/cret,defaultDatabase=2")]
    [InlineData("rediss://user:x@cache.example", "cache.example:6379,user=user,password=x,ssl=true")]
    [InlineData("cache.example:6390,password=s/cret", "cache.example:6390,password=s/cret")]
    public async Task A_given_redis_is_passed_on_in_the_form_of_the_client(string value, string connection)
    {
        _builder.Configuration["CELERY_BROKER_URL"] = value;
        var redis = _builder.AddRedis("redis");

        var backing = (await ChooseAsync())[redis.Resource];
        var variables = await HostingModel.EnvironmentAsync(Tool().WithReference(redis));

        Assert.Null(backing.Process);
        Assert.Equal(connection, variables["ConnectionStrings__redis"]);
        Assert.Equal("cache.example", variables["REDIS_HOST"]);
    }

    [Fact]
    public async Task The_connection_string_of_the_resource_goes_before_the_variables_of_the_original()
    {
        _builder.Configuration["CELERY_BROKER_URL"] = "redis://broker.example:6379/0";
        _builder.Configuration["ConnectionStrings:redis"] = "cache.example:6390";
        var redis = _builder.AddRedis("redis");

        Assert.Contains(
            "cache.example:6390, given by ConnectionStrings__redis",
            (await ChooseAsync())[redis.Resource].Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_an_address_both_are_embedded_and_known_before_they_run()
    {
        var (postgres, database) = Postgres();
        var redis = _builder.AddRedis("redis");

        var chosen = await ChooseAsync();
        var variables = await HostingModel.EnvironmentAsync(Tool().WithReference(database).WithReference(redis));

        Assert.NotNull(chosen[postgres.Resource].Process);
        Assert.NotNull(chosen[redis.Resource].Process);
        Assert.StartsWith("Host=localhost;Port=", variables["ConnectionStrings__ragpy"], StringComparison.Ordinal);
        Assert.NotEmpty(variables["RAGPY_PASSWORD"]);
        Assert.Equal(
            $"localhost:{chosen[redis.Resource].Process!.Port},password={variables["REDIS_PASSWORD"]}",
            variables["ConnectionStrings__redis"]
        );
    }

    [Theory]
    [InlineData("DATABASE_URL", "mysql://host/db", "not PostgreSQL")]
    [InlineData("DATABASE_URL", "sqlite:///app.db", "ragpy migrate")]
    [InlineData("ConnectionStrings:redis", "redis://:pass word", "not a Redis connection string")]
    public async Task An_address_that_cannot_be_understood_is_refused_without_repeating_it(string setting, string value, string reason)
    {
        _builder.Configuration[setting] = value;
        Postgres();
        _builder.AddRedis("redis");

        var error = await Assert.ThrowsAsync<LocalServicesException>(ChooseAsync);

        Assert.Contains(setting.Replace(":", "__", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass word", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_server_that_does_not_answer_is_named_with_its_variable()
    {
        _builder.Configuration["DATABASE_URL"] = "postgresql://me:secret@127.0.0.1:1/library";
        _builder.Configuration["CELERY_BROKER_URL"] = "redis://:secret@127.0.0.1:1/0";
        var (postgres, _) = Postgres();
        var redis = _builder.AddRedis("redis");
        var chosen = await ChooseAsync();

        foreach (
            var (resource, variable) in new (IResource, string)[]
            {
                (postgres.Resource, "DATABASE_URL"),
                (redis.Resource, "CELERY_BROKER_URL"),
            }
        )
        {
            var problem = await chosen[resource].FindProblemAsync(TestContext.Current.CancellationToken);

            Assert.Contains($"given by {variable} (127.0.0.1:1) cannot be used", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_embedded_server_takes_no_password()
    {
        _builder.AddPostgres("postgres", password: _builder.AddParameter("pw", "x")).AddDatabase("ragpy");

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(ChooseAsync);

        Assert.Contains("'postgres'", error.Message, StringComparison.Ordinal);
    }

    private (IResourceBuilder<PostgresServerResource>, IResourceBuilder<PostgresDatabaseResource>) Postgres()
    {
        var postgres = _builder.AddPostgres("postgres");

        return (postgres, postgres.AddDatabase("ragpy"));
    }

    private IResourceBuilder<ExecutableResource> Tool() => _builder.AddExecutable("tool", "true", "/");

    private Task<IReadOnlyDictionary<IResource, BackingService>> ChooseAsync() =>
        BackingServices.ChooseAsync(
            new DistributedApplicationModel(_builder.Resources),
            _builder.Configuration,
            LocalServicesOptions.FromEnvironment(_ => null) with
            {
                DataDirectory = _data.FullName,
            },
            parent: null,
            containers: null,
            TestContext.Current.CancellationToken
        );
}
