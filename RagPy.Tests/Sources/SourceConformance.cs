namespace RagPy.Tests.Sources;

/// <summary>An export folder.</summary>
public sealed class ExportFolderConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => MessyLibrary.Write(folder).Root;
}

/// <summary>The same as a ZIP, with the folder that Zotero's dialogue makes around it.</summary>
public sealed class ExportZipConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => MessyLibrary.Write(folder).Zip("My Library/");
}

/// <summary>The JSON by its own name.</summary>
public sealed class ExportJsonConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => Path.Combine(MessyLibrary.Write(folder).Root, "library.json");
}

/// <summary>Zotero's data directory.</summary>
public sealed class DataDirectoryConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => ZoteroDatabaseBuilder.Write(folder);
}

/// <summary>A CSV of texts.</summary>
public sealed class CsvConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => Path.Combine(MessyTable.Write(folder).Root, "table.csv");
}

/// <summary>The same alone in a ZIP, as it is uploaded.</summary>
public sealed class CsvZipConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => MessyTable.Write(folder).Zip();
}

/// <summary>Loose PDFs.</summary>
public sealed class PdfFolderConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) =>
        folder.WritePdf("b/two.PDF").WritePdf("one.pdf").WritePdf("a/b/c/three.pdf").WritePdf(".hidden.pdf").Write("notes.txt", "no").Root;
}

/// <summary>Loose PDFs in a ZIP.</summary>
public sealed class PdfZipConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) =>
        folder.WritePdf("b/two.PDF").WritePdf("one.pdf").WritePdf("__MACOSX/._one.pdf").Zip();
}

/// <summary>A chunk file of the original, some of it damaged.</summary>
public sealed class ChunkFileConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => Path.Combine(Write(folder).Root, "output_chunks.json");

    internal static LibraryFolder Write(LibraryFolder folder) =>
        folder.Write(
            "output_chunks.json",
            new ChunkFile()
                .Document("1", "AAAA1111", "a.pdf", ["One.", "Two."])
                .Document("2", "AAAA1111", "b.pdf", ["Three."])
                .Document("3", "AAAA1111", "b.pdf", ["Four."])
                .Document("4", "", "", ["Five."])
                .Entry("[]")
                .Document("5", "CCCC3333", "c.pdf", ["Six."])
                .Change(chunk => chunk["total_chunks"] = 2)
                .Bytes
        );
}

/// <summary>The same alone in a ZIP, as it is uploaded.</summary>
public sealed class ChunkZipConformanceTests : SourceConformanceTests
{
    protected override string Arrange(LibraryFolder folder) => ChunkFileConformanceTests.Write(folder).Zip();
}
