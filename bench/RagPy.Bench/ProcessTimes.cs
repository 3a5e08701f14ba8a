using System.Globalization;

namespace RagPy.Bench;

/// <summary>CPU time of a process as proc(5) has it, in ticks of 1/100 s.</summary>
internal sealed record ProcessTimes(int Parent, TimeSpan WithChildren)
{
    private const int TicksPerSecond = 100;

    /// <summary>Null when there is no such process, or no <c>/proc</c>.</summary>
    public static ProcessTimes? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            // The name, in parentheses, may hold anything; the third field comes after it.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields.AsSpan(11, 4).ToArray().Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
            return new ProcessTimes(
                int.Parse(fields[1], CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds((double)ticks / TicksPerSecond)
            );
        }
        catch (IOException)
        {
            return null;
        }
    }
}
