namespace RagPy.Hosting.Running;

/// <summary>A line that a process printed.</summary>
/// <param name="Number">Counts from 1, over all starts of the process.</param>
/// <param name="Text">Begins with the time, as RFC 3339.</param>
/// <param name="IsError">Printed on standard error.</param>
internal readonly record struct LogLine(int Number, string Text, bool IsError);
