using System.Text;

namespace RagPy.Tests.Exports;

/// <summary>
/// Reads CSV as Python's <c>csv.reader</c> does (states of CPython's <c>_csv.c</c>, quotes doubled): with the escape character the original
/// writes with, or without one, as its later stages and pandas' defaults read.
/// </summary>
internal static class OriginalCsvReader
{
    public static List<string[]> Read(string text, char? escape)
    {
        var records = new List<string[]>();
        var record = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            if (unit == escape && i + 1 < text.Length)
            {
                field.Append(text[++i]);
            }
            else if (quoted)
            {
                if (unit != '"')
                    field.Append(unit);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (unit == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (unit == ',')
            {
                EndField();
            }
            else if (unit is '\r' or '\n')
            {
                EndField();
                records.Add([.. record]);
                record.Clear();
                if (unit == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
            }
            else
            {
                field.Append(unit);
            }
        }

        return records;

        void EndField()
        {
            record.Add(field.ToString());
            field.Clear();
        }
    }
}
