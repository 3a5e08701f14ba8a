using System.Text;

namespace RagPy.Core.Settings;

/// <summary>Writes <c>docs/settings.md</c> from the declarations.</summary>
public static class SettingsDocument
{
    private const string Header = """
        # Settings

        Made from the code (`RagPySettings`); do not edit. `RAGPY_UPDATE_DOCS=1 dotnet test` writes it anew.

        Every setting is an environment variable. What the environment does not set is taken from a file `.env` in the current folder
        (`NAME=value` lines). A blank value counts as not set. A value that cannot be used falls back to the default with one warning
        that names the variable, the value and what was expected; it never stops a start.

        A secret may also be put in a file: `NAME_FILE` is the path, the variable itself wins when both are set. Sizes take the suffixes
        K, M, G and T (powers of 1,024). *Cores*: a larger value counts as the number of cores of the machine.

        """;

    private const string NotUsedYet = """

        ## Not used yet

        Read and checked already, for features that are still to come.

        """;

    private const string TableHead = "\n| variable | default | values | meaning |\n| --- | --- | --- | --- |\n";

    /// <summary>The whole document, with line feeds as line ends.</summary>
    public static string Render()
    {
        var document = new StringBuilder(Header).Append(TableHead);
        AppendRows(document, SettingDefinition.All.Where(definition => definition.IsUsed));
        document.Append(NotUsedYet).Append(TableHead);
        AppendRows(document, SettingDefinition.All.Where(definition => !definition.IsUsed));

        return document.Replace("\r\n", "\n").ToString();
    }

    private static void AppendRows(StringBuilder document, IEnumerable<SettingDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            document.Append("| `").Append(definition.Name).Append('`');
            if (definition.IsSecret)
                document.Append(" (or `").Append(definition.Name).Append("_FILE`)");

            document.Append(" | ").Append(Default(definition));
            document.Append(" | ").Append(Values(definition));
            document.Append(" | ").Append(definition.Description).Append(" |\n");
        }
    }

    private static string Default(SettingDefinition definition) =>
        definition.Default is not null ? $"`{definition.DefaultText}`{(definition.CappedByCores ? ", *cores*" : "")}"
        : definition.Unset.Length > 0 ? definition.Unset
        : "not set";

    private static string Values(SettingDefinition definition) =>
        (definition.IsSecret ? "secret " : "")
        + definition.Expected
        + (definition.Unit.Length > 0 && definition.Unit != SettingDefinition.Bytes ? $", in {definition.Unit}" : "");
}
