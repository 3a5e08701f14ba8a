using System.Text;

namespace RagPy.Core.Sources.Csv;

/// <summary>How a CSV file is written, as far as its beginning tells.</summary>
/// <param name="Encoding">With a fallback that loses nothing: bytes that are not of this encoding are read as Windows-1252.</param>
/// <param name="Delimiter">Stands between two fields.</param>
/// <param name="HasSeparatorLine">The first line is Excel's <c>sep=;</c>, not the header.</param>
internal sealed record CsvDialect(Encoding Encoding, char Delimiter, bool HasSeparatorLine);
