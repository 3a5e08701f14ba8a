using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>What a person has spent over all sessions, and the cap for a calendar month.</summary>
public sealed class PersonSpendingTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cap_holds_over_all_sessions_of_a_person_and_for_nobody_else_until_the_month_turns()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        var other = await NewPersonAsync(host);
        var clock = new ManualClock(new DateTimeOffset(2026, 3, 31, 23, 59, 0, TimeSpan.Zero));
        await SpendAsync(host, host.PersonId, session: 1, new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero), 50);
        await SpendAsync(host, host.PersonId, session: 1, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), 3);
        await SpendAsync(host, host.PersonId, session: 2, new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero), 2);
        await SpendAsync(host, other, session: 3, new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero), 4.99m);
        PersonSpendingService Of(double cap) => new(host.Database.DataSource, new RagPySettings { SpendingCapPerson = cap }, clock);

        var pause = await Assert.ThrowsAsync<PausedException>(() => Of(5).RequireAsync(host.PersonId, Token));
        Assert.Contains("$5.00 a person and month", pause.Message, StringComparison.Ordinal);
        Assert.Contains("2026-04-01", pause.Message, StringComparison.Ordinal);
        await Of(5).RequireAsync(other, Token);
        await Of(5.01).RequireAsync(host.PersonId, Token);
        await Of(0).RequireAsync(host.PersonId, Token);

        clock.Advance(TimeSpan.FromMinutes(1));
        await Of(5).RequireAsync(host.PersonId, Token);

        var spending = await Of(5).GetAsync(host.PersonId, 3, Token);
        Assert.Equal((new DateOnly(2026, 4, 1), 0m, 5m), (spending.Month, spending.Spent, spending.Cap));
        Assert.Equal(
            [(new DateOnly(2026, 3, 1), 1L, 3m), (new DateOnly(2026, 3, 1), 2L, 2m), (new DateOnly(2026, 2, 1), 1L, 50m)],
            spending.Lines.Select(l => (l.Month, l.SessionId, l.Cost!.Value))
        );
    }

    private static async Task<long> NewPersonAsync(PipelineHost host)
    {
        await using var context = host.Database.NewContext();
        var person = new Person { Name = "another" };
        context.Add(person);
        await context.SaveChangesAsync(Token);

        return person.Id;
    }

    private static async Task SpendAsync(PipelineHost host, long person, long session, DateTimeOffset at, decimal cost)
    {
        await using var context = host.Database.NewContext();
        context.Add(
            new ProviderLedgerEntry
            {
                At = at,
                PersonId = person,
                ProjectId = host.ProjectId,
                SessionId = session,
                Provider = "openai",
                Model = "m",
                Operation = "embeddings",
                InputTokens = 10,
                Cost = cost,
            }
        );
        await context.SaveChangesAsync(Token);
    }
}
