using RagPy.Api.Compatibility;
using RagPy.Api.Contracts;
using RagPy.Core.CleanUp;
using RagPy.Core.Estimates;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Search;

namespace RagPy.Api.OpenApi;

/// <summary>What requests and answers look like: values of the types themselves, so that an example cannot say what the API does not.</summary>
internal static class Examples
{
    private static readonly Guid s_document = new("2b1c7a52-6d0f-5f0b-9a35-0b6c1f0d8e11");
    private static readonly DateTimeOffset s_time = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    private static readonly TaskView s_task = new(
        Id: 7,
        ProjectId: 1,
        SessionId: 3,
        TaskState.Running,
        SourceRead: true,
        Error: null,
        Documents: 9,
        Done: 5,
        Failed: 1,
        Cancelled: 0,
        Added: 9,
        Changed: 0,
        Unchanged: 0,
        Removed: 0,
        PagesDone: 17,
        NeedsOcrPages: 0,
        ChunksWithoutVector: 0,
        [
            new StageCount(Stage.Extract, WorkItemState.Failed, 1),
            new StageCount(Stage.Embed, WorkItemState.Leased, 3),
            new StageCount(Stage.Index, WorkItemState.Done, 5),
        ],
        ElapsedSeconds: 2.4,
        DocumentsPerSecond: 2.5,
        PagesPerSecond: 7.083,
        RemainingSeconds: 1.2,
        [
            new FailureView(
                s_document,
                "carte.pdf",
                "Carte des phares",
                "corrupt",
                "The file cannot be parsed as a PDF.",
                CoveredByAbstract: true
            ),
        ],
        Notes: []
    );

    private static readonly SessionView s_session = new(
        Id: 3,
        ProjectId: 1,
        "Phares",
        "zotero-export",
        SessionState.Running,
        s_time,
        s_time,
        new SessionCounts(Documents: 9, Indexed: 5, Failed: 1, Pages: 17, NeedsOcrPages: 0, Chunks: 21),
        s_task with
        {
            Failures = [],
        }
    );

    private static readonly ProjectView s_project = new(
        Id: 1,
        "Thèse",
        "Phares et balises",
        ProjectRole.Owner,
        "offline-hash/1",
        Approximate: true,
        CleanUp: "none",
        Ocr: "default",
        OcrPages: "default",
        OcrEngines: ["tesseract"],
        "embedded",
        TargetStore: null,
        StoreProblem: null,
        Sessions: 1,
        Documents: 9,
        Indexed: 5,
        Failed: 1,
        Chunks: 21,
        s_time
    );

    private static readonly DocumentView s_documentView = new(
        s_document,
        ProjectId: 1,
        "ABCD2345",
        "The stepped lens",
        ["Marsh Helen", "Le Goff Yann"],
        2016,
        "journalArticle",
        "Marsh et Le Goff - 2016 - The stepped lens.pdf",
        DocumentKind.File,
        Stage.Index,
        DocumentProgress.Indexed,
        Code: null,
        Reason: null,
        CoveredByAbstract: false,
        Pages: 4,
        NeedsOcrPages: 0,
        PagesWithoutText: [],
        Chunks: 6,
        ChunksWithoutVector: 0,
        PassagesWithoutVector: [],
        HasFile: true
    );

    private static readonly SearchResultView s_result = new(
        Rank: 1,
        Score: 0.97,
        s_document,
        Chunk: 2,
        "The stepped lens",
        ["Marsh Helen", "Le Goff Yann"],
        "2016",
        2016,
        "journalArticle",
        "Annals of Coastal Engineering",
        Url: "",
        Doi: "",
        "ABCD2345",
        ["ABCD2345"],
        "files/11/Marsh et Le Goff - 2016 - The stepped lens.pdf",
        new CitedPage(3, "119"),
        Section: null,
        ["2 Method"],
        "Keepers washed the prisms with spirit of wine each morning.",
        CleanedPassage: null,
        [
            [8, 14],
            [19, 25],
        ],
        new QuoteView(
            "Keepers washed the prisms with spirit of wine each morning.",
            0,
            59,
            [
                new QuotePart(
                    3,
                    820,
                    879,
                    [
                        [72, 100, 300, 112],
                    ]
                ),
            ]
        ),
        [new ZoteroItem("ABCD2345", "The stepped lens", "zotero://select/library/items/ABCD2345")],
        Approximate: true
    );

    private static readonly Dictionary<Type, object> s_examples = new()
    {
        [typeof(Spending)] = new Spending(
            0.42m,
            5m,
            Waiting: null,
            [new SpendingLine("openai", "text-embedding-3-large", "embeddings", 101, 3_230_000, 0, 0, 0.4199m)],
            new MonthlySpending(new DateOnly(2026, 3, 1), 1.07m, Cap: 20m)
        ),
        [typeof(PersonSpending)] = new PersonSpending(
            new DateOnly(2026, 3, 1),
            1.07m,
            Cap: 20m,
            [
                new PersonSpendingLine(
                    new DateOnly(2026, 3, 1),
                    1,
                    3,
                    "openai",
                    "text-embedding-3-large",
                    "embeddings",
                    257,
                    8_230_000,
                    0,
                    0,
                    1.07m
                ),
            ]
        ),
        [typeof(RunEstimate)] = new RunEstimate(
            Documents: 9,
            Done: 0,
            Unusable: 1,
            Files: 8,
            Bytes: 21_400_000,
            new AmountRange(112, 112),
            new AmountRange(24, 300),
            new AmountRange(17_000, 148_000),
            Bought: 0,
            "openai/text-embedding-3-large",
            new CostRange(0.0022m, 0.0192m),
            new RecognitionEstimate(["tesseract"], new AmountRange(0, 112), new CostRange(0, 0)),
            CleanUp: null,
            Total: new CostRange(0.0022m, 0.0192m),
            ["8 PDFs have their pages counted in their page trees.", "openai/text-embedding-3-large is priced at $0.13 a million tokens."]
        ),
        [typeof(CleanUpCounts)] = new CleanUpCounts(
            Waiting: 0,
            Cleaned: 17,
            Unchanged: 2,
            Skipped: 1,
            Empty: 0,
            Refused: 0,
            Cut: 0,
            Altered: 1,
            Failed: 0
        ),
        [typeof(ProjectView)] = s_project,
        [typeof(Listing<ProjectView>)] = new Listing<ProjectView>([s_project], Next: null),
        [typeof(NewProject)] = new NewProject("Thèse", "Phares et balises"),
        [typeof(ProjectChange)] = new ProjectChange("Thèse de 2026", Description: null),
        [typeof(SessionView)] = s_session,
        [typeof(Listing<SessionView>)] = new Listing<SessionView>([s_session], Next: null),
        [typeof(StartedSession)] = new StartedSession(s_session, s_task),
        [typeof(TaskView)] = s_task,
        [typeof(DocumentView)] = s_documentView,
        [typeof(Listing<DocumentView>)] = new Listing<DocumentView>([s_documentView], "eyJQb3NpdGlvbiI6MH0"),
        [typeof(PageView)] = new PageView(3, "119", 595.28f, 841.89f, "Keepers washed the prisms…", "pdfpig"),
        [typeof(SearchView)] = new SearchView("washed prisms", SearchMode.Hybrid, "offline-hash/1", Approximate: true, 8.1, [s_result]),
        [typeof(PipelineProject)] = new PipelineProject(
            1,
            "Thèse",
            null,
            1,
            null,
            null,
            "embedded",
            null,
            false,
            "2026-03-14T09:26:53",
            "2026-03-14T09:26:53",
            "owner"
        ),
        [typeof(PipelineTableUpload)] = new PipelineTableUpload("1a2b3c4d_texts", ["output.csv"], 3, 1, "The CSV was brought in."),
        [typeof(PipelineUpload)] = new PipelineUpload(
            "5f3a9c1e_Phares",
            ["files/", "files/11/", "files/11/lens.pdf", "library.json"],
            3,
            1
        ),
        [typeof(PipelineJob)] = new PipelineJob("7", "queued", "Extraction task queued"),
    };

    /// <summary>An example of a type, null where there is none.</summary>
    public static object? Of(Type type) => s_examples.GetValueOrDefault(type);
}
