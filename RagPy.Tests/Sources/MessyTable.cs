using System.Text;

namespace RagPy.Tests.Sources;

/// <summary>A CSV as people send it: semicolons, Windows-1252, blank rows, rows too short and too long, a quotation mark in the middle, a key twice.</summary>
internal static class MessyTable
{
    public const string Text = """
        Clé ; ID;Titre;Auteurs;Année;Texte;Notes
        x;1;Les marées;Doe, Jane; Roe;2011;"Première ligne
        et la suite, dite ""longue"".";oui

        x;2;Un phare;Le Goff Yann;2016;Un phare à l'entrée du port — côte d'œuvre "brute" ici.;
        ;;;;;;
        x;3;Sans texte;;;;
        x;4;Court
        x;1;Le même numéro;;2012;Un autre texte sous le même numéro.;trop;de;colonnes
        x;;Sans numéro;;n.d.;Texte sans numéro.;
        x;;Sans numéro;;n.d.;Texte sans numéro.;
        """;

    public static LibraryFolder Write(LibraryFolder folder)
    {
        var western = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

        // Quoted, the authors of the first row are one field.
        return folder.Write("table.csv", western.GetBytes(Text.Replace("Doe, Jane; Roe", "\"Doe, Jane; Roe\"", StringComparison.Ordinal)));
    }
}
