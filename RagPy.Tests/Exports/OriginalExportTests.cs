using System.Text;
using System.Text.Json;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Exports;
using RagPy.Core.Extraction;
using RagPy.Core.Projects;
using RagPy.Core.Sources;
using RagPy.Core.Storage;
using Xunit;

namespace RagPy.Tests.Exports;

public sealed class OriginalExportTests(PostgresFixture postgres)
{
    private const string Header =
        "\uFEFFitemKey,type,title,abstract,date,url,doi,authors,filename,path,attachment_title,texteocr,texteocr_provider\r\n";

    private static readonly Guid s_document = new("00000000-0000-0000-0000-000000000007");

    [Fact]
    public async Task The_table_has_the_originals_columns_and_dialect()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var session = await FillAsync(database, Add);

        var csv = await ExportAsync(database, ExportFile.Texts, session);

        Assert.Equal(
            Header
                + """AAAA1111,journalArticle,"Two attachments, ""quoted"" title with a back\\slash","First line"""
                + "\nSecond line\","
                + "2020,https://example.org/a,10.1000/abc,\"Doe Jane, Institut\",Crazy Ones.pdf,files/101/Crazy Ones.pdf,Full Text PDF,"
                + "\"First page,\nélève.\n\nLast page.\",legacy\r\n",
            csv
        );

        static void Add(RagPyDbContext context, long project, long session) =>
            AddDocument(
                context,
                project,
                session,
                s_document,
                0,
                pages: ["Running head\n\nFirst page,\nélève.\n\n1", "  \n", "Last page.\n"],
                regions: [new(1, 0, 12, RegionKind.Furniture), new(1, 34, 35, RegionKind.Furniture)],
                chunks: ["First page,\nélève.\nLast page."]
            );
    }

    [Fact]
    public async Task Chunk_files_are_laid_out_as_the_original_writes_them()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var session = await FillAsync(
            database,
            (context, project, session) => AddDocument(context, project, session, s_document, 0, ["x"], [], ["A \"x\\y\"\n", "é"])
        );

        var chunks = await ExportAsync(database, ExportFile.Chunks, session);
        var dense = await ExportAsync(database, ExportFile.DenseVectors, session);
        var sparse = await ExportAsync(database, ExportFile.SparseVectors, session);

        Assert.Equal($"[\n{Object(1, @"A \""x\\y\""\n", "")},\n{Object(2, "é", "")}\n]", chunks);
        const string Dense = ",\n    \"embedding\": [\n      0.6,\n      -0.8\n    ]";
        Assert.Equal($"[\n{Object(1, @"A \""x\\y\""\n", Dense)},\n{Object(2, "é", Dense)}\n]", dense);
        const string Sparse = """
            ,
                "sparse_embedding": {
                  "indices": [
                    "7",
                    "48213"
                  ],
                  "values": [
                    0.3333333333333333,
                    0.6666666666666666
                  ]
                }
            """;
        Assert.Equal($"[\n{Object(1, @"A \""x\\y\""\n", Dense + Sparse)},\n{Object(2, "é", Dense + Sparse)}\n]", sparse);

        static string Object(int number, string text, string vectors) =>
            $$"""
                  {
                    "id": "100000000007_{{number}}",
                    "doc_id": "100000000007",
                    "chunk_index": {{number}},
                    "total_chunks": 2,
                    "text": "{{text}}",
                    "itemKey": "AAAA1111",
                    "type": "journalArticle",
                    "title": "Two attachments, \"quoted\" title with a back\\slash",
                    "abstract": "First line\nSecond line",
                    "date": "2020",
                    "url": "https://example.org/a",
                    "doi": "10.1000/abc",
                    "authors": "Doe Jane, Institut",
                    "filename": "Crazy Ones.pdf",
                    "path": "files/101/Crazy Ones.pdf",
                    "attachment_title": "Full Text PDF",
                    "texteocr_provider": "legacy"{{vectors}}
                  }
                """;
    }

    [Fact]
    public async Task Only_indexed_files_of_the_session_are_exported_in_the_order_of_the_source()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var session = await FillAsync(database, Add);

        var csv = OriginalCsvReader.Read((await ExportAsync(database, ExportFile.Texts, session))[1..], '\\');
        var json = JsonDocument.Parse(await ExportAsync(database, ExportFile.Chunks, session)).RootElement;

        var expected = Enumerable.Range(0, 250).Select(i => $"text {249 - i}").ToArray();
        Assert.Equal(expected, csv.Skip(1).Select(row => row[11]));
        Assert.Equal(expected, json.EnumerateArray().Select(chunk => chunk.GetProperty("text").GetString()));

        static void Add(RagPyDbContext context, long project, long session)
        {
            for (var i = 0; i < 250; i++)
                AddDocument(context, project, session, Guid.NewGuid(), 249 - i, [$"text {i}"], [], [$"text {i}"]);

            AddDocument(context, project, session, Guid.NewGuid(), 300, [], [], ["Title. Abstract."], DocumentKind.Abstract);
            AddDocument(context, project, session, Guid.NewGuid(), 301, ["not indexed"], [], ["not indexed"], isCurrent: false);
            AddDocument(context, project, null, Guid.NewGuid(), 0, ["another session's"], [], ["another session's"]);
        }
    }

    [Fact]
    public async Task A_session_without_indexed_files_gives_empty_files()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var session = await FillAsync(database, (_, _, _) => { });

        Assert.Equal(Header, await ExportAsync(database, ExportFile.Texts, session));
        Assert.Equal("[]", await ExportAsync(database, ExportFile.SparseVectors, session));
    }

    [Fact]
    public async Task A_session_that_does_not_exist_is_refused_before_anything_is_written()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var output = new MemoryStream();

        await Assert.ThrowsAsync<KeyNotFoundException>(() =>
            new OriginalExport(database.DataSource).WriteAsync(ExportFile.Texts, 1, output, TestContext.Current.CancellationToken)
        );
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public async Task A_folder_gets_all_four_files()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var session = await FillAsync(
            database,
            (context, project, session) => AddDocument(context, project, session, s_document, 0, ["x"], [], ["x"])
        );
        var folder = Directory.CreateTempSubdirectory("ragpy-export-");
        try
        {
            var target = Path.Combine(folder.FullName, "new");
            await new OriginalExport(database.DataSource).WriteAllAsync(target, session, TestContext.Current.CancellationToken);

            Assert.Equal(
                ["output.csv", "output_chunks.json", "output_chunks_with_embeddings.json", "output_chunks_with_embeddings_sparse.json"],
                Directory.GetFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> ExportAsync(TestDatabase database, ExportFile file, long session)
    {
        var output = new MemoryStream();
        await new OriginalExport(database.DataSource).WriteAsync(file, session, output, TestContext.Current.CancellationToken);

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task<long> FillAsync(TestDatabase database, Action<RagPyDbContext, long, long> add)
    {
        await using var context = database.NewContext();
        var owner = new Person { Name = "owner" };
        context.Add(owner);
        await context.SaveChangesAsync();
        var project = new Project
        {
            Name = "p",
            OwnerId = owner.Id,
            Embedder = "test/1",
            Dimension = 2,
            Store = "embedded",
        };
        context.Add(project);
        await context.SaveChangesAsync();
        var session = new Session
        {
            ProjectId = project.Id,
            Name = "s",
            SourceKind = "pdf-folder",
            SourceLocation = "/library",
            CreatedBy = owner.Id,
        };
        context.Add(session);
        await context.SaveChangesAsync();
        add(context, project.Id, session.Id);
        await context.SaveChangesAsync();

        return session.Id;
    }

    private static void AddDocument(
        RagPyDbContext context,
        long project,
        long? session,
        Guid id,
        int position,
        string[] pages,
        TextRegion[] regions,
        string[] chunks,
        DocumentKind kind = DocumentKind.File,
        bool isCurrent = true
    )
    {
        var item = NewItem(project);
        var structure = new DocumentStructure(pages.Length, [], regions, [], [], null, null);
        var extraction = new Extraction
        {
            ProjectId = project,
            FileHash = id.ToString("n"),
            Engine = "test",
            EngineVersion = "1",
            Options = "",
            Structure = JsonSerializer.Serialize(structure),
        };
        context.AddRange(item, extraction);
        context.SaveChanges();
        context.AddRange(
            pages.Select(
                (text, i) =>
                    new Page
                    {
                        ExtractionId = extraction.Id,
                        PageIndex = i + 1,
                        Engine = "test",
                        Text = text,
                    }
            )
        );

        var (current, old) = (Guid.NewGuid(), Guid.NewGuid());
        context.Add(
            new Document
            {
                Id = id,
                ProjectId = project,
                ItemId = item.Id,
                Kind = kind,
                SourceKey = id.ToString(),
                FileName = "Crazy Ones.pdf",
                SourcePath = "files/101/Crazy Ones.pdf",
                AttachmentTitle = "Full Text PDF",
                ExtractionId = kind == DocumentKind.File ? extraction.Id : null,
                Generation = isCurrent ? current : null,
                State = isCurrent ? DocumentState.Indexed : DocumentState.Pending,
            }
        );
        context.SaveChanges();
        context.AddRange(chunks.Select((text, i) => NewChunk(project, id, current, i, text)));
        context.Add(NewChunk(project, id, old, 0, "of a replaced generation"));
        if (session is { } of)
            context.Add(
                new SessionDocument
                {
                    SessionId = of,
                    DocumentId = id,
                    Position = position,
                }
            );
    }

    private static Item NewItem(long project) =>
        new()
        {
            Id = Guid.NewGuid(),
            ProjectId = project,
            SourceKey = "library/AAAA1111",
            ZoteroKey = "AAAA1111",
            Type = "journalArticle",
            Title = """Two attachments, "quoted" title with a back\slash""",
            Abstract = "First line\nSecond line",
            Date = "2020",
            Url = "https://example.org/a",
            Doi = "10.1000/abc",
            Creators = JsonSerializer.Serialize<Creator[]>([new("author", "Doe", "Jane"), new("editor", "Institut", "")]),
        };

    private static StoredChunk NewChunk(long project, Guid document, Guid generation, int ordinal, string text) =>
        new()
        {
            ProjectId = project,
            DocumentId = document,
            Generation = generation,
            Ordinal = ordinal,
            Id = Guid.NewGuid(),
            Text = text,
            Dense = [.. BitConverter.GetBytes(0.6f), .. BitConverter.GetBytes(-0.8f)],
            Sparse = SparseVectorCodec.Encode(new SparseVector([7, 48213], [1, 2], 3)),
        };
}
