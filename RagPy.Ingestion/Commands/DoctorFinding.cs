namespace RagPy.Ingestion.Commands;

/// <summary>One line of <c>doctor</c>.</summary>
internal sealed record DoctorFinding(string Subject, DoctorVerdict Verdict, string Text);
