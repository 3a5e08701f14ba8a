namespace RagPy.Ingestion.Commands;

/// <summary>How <c>doctor</c> judges a finding.</summary>
internal enum DoctorVerdict
{
    Good,

    /// <summary>Works, but worth knowing.</summary>
    Note,

    /// <summary>Something that is needed is not there; the text says what to do.</summary>
    Missing,
}
