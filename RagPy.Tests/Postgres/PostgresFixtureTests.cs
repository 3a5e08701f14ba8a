using Microsoft.EntityFrameworkCore;
using RagPy.Core.Projects;
using Xunit;

namespace RagPy.Tests.Postgres;

public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Databases_have_the_schema_and_do_not_see_each_other()
    {
        await using var one = await postgres.CreateDatabaseAsync();
        await using var other = await postgres.CreateDatabaseAsync();

        await using (var context = one.NewContext())
        {
            context.People.Add(new Person { Name = "A", Email = "a@example.org" });
            await context.SaveChangesAsync();
        }

        await using var inOne = one.NewContext();
        await using var inOther = other.NewContext();
        Assert.Equal(1, await inOne.People.CountAsync());
        Assert.Equal(0, await inOther.People.CountAsync());
    }

    [Fact]
    public async Task The_data_source_reaches_the_same_database()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var command = database.DataSource.CreateCommand("SELECT count(*) FROM work_items");

        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }
}
