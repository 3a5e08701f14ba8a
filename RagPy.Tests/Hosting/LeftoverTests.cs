using System.Diagnostics;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>What a killed run has left behind is found by what it carries, and ended.</summary>
public sealed class LeftoverTests
{
    private readonly string _data = $"/nowhere/{Guid.NewGuid():n}";

    [Fact]
    public async Task Processes_of_the_data_folder_are_ended_and_others_are_not()
    {
        using var ours = Start(_data, "exec sleep 600");
        using var stubborn = Start(_data, "trap '' TERM; while :; do sleep 1; done");
        using var others = Start($"{_data}-2", "exec sleep 600");
        try
        {
            Assert.Contains(ours.Id, RunMark.FindProcesses(_data));

            var ended = await Leftovers.EndAsync(
                _data,
                TimeSpan.FromMilliseconds(300),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );

            Assert.InRange(ended, 2, 3);
            Assert.True(ours.HasExited);
            Assert.True(stubborn.HasExited);
            Assert.False(others.HasExited);
        }
        finally
        {
            others.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Nothing_left_is_nothing_to_wait_for() =>
        Assert.Equal(0, await Leftovers.EndAsync(_data, TimeSpan.FromHours(1), TimeProvider.System, TestContext.Current.CancellationToken));

    private static Process Start(string data, string script) =>
        Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", script }, Environment = { [RunMark.Variable] = data } })!;
}
