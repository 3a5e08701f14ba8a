using Microsoft.EntityFrameworkCore;
using RagPy.Core.Chunking;
using RagPy.Core.CleanUp;
using RagPy.Core.Estimates;
using RagPy.Core.Extraction;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;

namespace RagPy.Core.Storage;

/// <summary>The schema. Claims, completions and the generation switch are Npgsql statements of their own (DESIGN §4.9); everything else goes through here.</summary>
public sealed class RagPyDbContext(DbContextOptions<RagPyDbContext> options) : DbContext(options)
{
    public DbSet<Person> People => Set<Person>();

    public DbSet<Quota> Quotas => Set<Quota>();

    public DbSet<Project> Projects => Set<Project>();

    public DbSet<ProjectMember> ProjectMembers => Set<ProjectMember>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SessionDocument> SessionDocuments => Set<SessionDocument>();

    public DbSet<Item> Items => Set<Item>();

    public DbSet<Document> Documents => Set<Document>();

    public DbSet<Extraction.Extraction> Extractions => Set<Extraction.Extraction>();

    public DbSet<Page> Pages => Set<Page>();

    public DbSet<StoredChunk> Chunks => Set<StoredChunk>();

    public DbSet<IndexSegment> IndexSegments => Set<IndexSegment>();

    public DbSet<PipelineTask> Tasks => Set<PipelineTask>();

    public DbSet<WorkItem> WorkItems => Set<WorkItem>();

    public DbSet<WorkerProcess> Workers => Set<WorkerProcess>();

    public DbSet<PumpSlot> Pumps => Set<PumpSlot>();

    public DbSet<StalePoints> StalePoints => Set<StalePoints>();

    public DbSet<ProjectStore> ProjectStores => Set<ProjectStore>();

    public DbSet<IdempotentRequest> IdempotentRequests => Set<IdempotentRequest>();

    public DbSet<ProviderResult> ProviderResults => Set<ProviderResult>();

    public DbSet<CountedFile> CountedFiles => Set<CountedFile>();

    public DbSet<ProviderLedgerEntry> ProviderLedger => Set<ProviderLedgerEntry>();

    public DbSet<RecognitionBatch> RecognitionBatches => Set<RecognitionBatch>();

    public DbSet<BatchedFile> BatchedFiles => Set<BatchedFile>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        MapProjects(model);
        MapContent(model);
        MapJobs(model);
        MapProviders(model);
    }

    private static void MapProjects(ModelBuilder model)
    {
        model.Entity<Person>(e => e.HasIndex(p => p.Email).IsUnique());
        model.Entity<Quota>(e =>
        {
            e.HasKey(q => q.PersonId);
            e.HasOne<Person>().WithOne().HasForeignKey<Quota>(q => q.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<IdempotentRequest>(e =>
        {
            e.HasKey(r => new { r.PersonId, r.Key });
            e.HasIndex(r => r.CreatedAt);
            e.HasOne<Person>().WithMany().HasForeignKey(r => r.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Project>(e =>
        {
            e.HasIndex(p => new { p.OwnerId, p.Name }).IsUnique().HasFilter("deleted_at IS NULL");
            e.Property(p => p.CleanUp).HasDefaultValue(CleanUpRules.None);
            e.HasOne<Person>().WithMany().HasForeignKey(p => p.OwnerId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ProjectMember>(e =>
        {
            e.HasKey(m => new { m.ProjectId, m.PersonId });
            e.HasIndex(m => m.PersonId);
            e.HasOne<Project>().WithMany().HasForeignKey(m => m.ProjectId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Session>(e =>
        {
            e.Property(s => s.Settings).HasColumnType("jsonb");
            e.Property(s => s.SpendingCap).HasPrecision(18, 6);
            e.HasIndex(s => new { s.ProjectId, s.SourceLocation }).IsUnique();
            e.HasOne<Project>().WithMany().HasForeignKey(s => s.ProjectId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void MapContent(ModelBuilder model)
    {
        model.Entity<SessionDocument>(e =>
        {
            e.HasKey(d => new { d.SessionId, d.DocumentId });
            e.HasIndex(d => d.DocumentId);
            e.HasOne<Session>().WithMany().HasForeignKey(d => d.SessionId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Document>().WithMany().HasForeignKey(d => d.DocumentId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Item>(e =>
        {
            e.Property(i => i.Id).ValueGeneratedNever();
            e.Property(i => i.Creators).HasColumnType("jsonb");
            e.HasIndex(i => i.ProjectId);
            e.HasOne<Project>().WithMany().HasForeignKey(i => i.ProjectId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Document>(e =>
        {
            e.Property(d => d.Id).ValueGeneratedNever();
            e.HasIndex(d => new { d.ProjectId, d.FileHash });
            e.HasIndex(d => d.ItemId);
            e.HasIndex(d => d.ExtractionId);
            e.Property(d => d.Embedder).HasDefaultValue("");
            e.Property(d => d.ChunksWithoutVector).HasDefaultValue(0);
            // Tells in two probes whether the project's documents have one embedder.
            e.HasIndex(d => new { d.ProjectId, d.Embedder }).HasFilter("generation IS NOT NULL").HasDatabaseName("ix_documents_embedder");
            e.HasOne<Project>().WithMany().HasForeignKey(d => d.ProjectId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Item>().WithMany().HasForeignKey(d => d.ItemId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Extraction.Extraction>(e =>
        {
            e.Property(x => x.Structure).HasColumnType("jsonb");
            e.HasIndex(x => new
                {
                    x.ProjectId,
                    x.FileHash,
                    x.Engine,
                    x.EngineVersion,
                    x.Options,
                })
                .IsUnique();
            e.HasOne<Project>().WithMany().HasForeignKey(x => x.ProjectId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Page>(e =>
        {
            e.HasKey(p => new { p.ExtractionId, p.PageIndex });
            e.HasOne<Extraction.Extraction>().WithMany().HasForeignKey(p => p.ExtractionId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<StoredChunk>(e =>
        {
            e.ToTable("chunks");
            e.HasKey(c => new
            {
                c.DocumentId,
                c.Generation,
                c.Ordinal,
            });
            e.HasOne<Document>().WithMany().HasForeignKey(c => c.DocumentId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<IndexSegment>(e =>
        {
            e.Property(s => s.Id).ValueGeneratedNever();
            e.HasIndex(s => s.ProjectId);
        });
    }

    private static void MapJobs(ModelBuilder model)
    {
        model.Entity<PipelineTask>(e =>
        {
            // One task at a time reads a session: a second one takes the first one's work over.
            e.HasIndex(t => t.SessionId).IsUnique().HasFilter("state IN (1, 2)").HasDatabaseName("ix_tasks_active");
            e.HasIndex(t => new { t.SessionId, t.Id });
            e.Property(t => t.TraceParent).HasMaxLength(55);
            e.Property(t => t.Notes).HasDefaultValueSql("'{}'");
            e.HasOne<Session>().WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<WorkItem>(e =>
        {
            e.HasIndex(w => new { w.TaskId, w.State });
            e.HasIndex(w => w.DocumentId).IsUnique().HasFilter("state IN (1, 2)").HasDatabaseName("ix_work_items_open");
            e.HasIndex(w => w.DocumentId);
            e.HasIndex(w => new
                {
                    w.Stage,
                    w.PersonId,
                    w.Priority,
                    w.Id,
                })
                .IsDescending(false, false, true, false)
                .HasFilter("state = 1")
                .HasDatabaseName("ix_work_items_pending");
            e.HasIndex(w => w.LeaseUntil).HasFilter("state = 2").HasDatabaseName("ix_work_items_leased");
            e.HasOne<PipelineTask>().WithMany().HasForeignKey(w => w.TaskId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Document>().WithMany().HasForeignKey(w => w.DocumentId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<PumpSlot>(e =>
        {
            e.ToTable("pumps");
            e.HasKey(p => new { p.Queue, p.Slot });
        });
        model.Entity<StalePoints>(e =>
        {
            e.ToTable("stale_points");
            e.HasKey(s => new { s.ProjectId, s.DocumentId });
        });
        model.Entity<ProjectStore>(e =>
        {
            e.ToTable("project_stores");
            e.HasKey(s => new { s.ProjectId, s.Store });
            e.Property(s => s.State).HasColumnType("jsonb");
        });
    }

    private static void MapProviders(ModelBuilder model)
    {
        model.Entity<ProviderResult>(e =>
        {
            e.HasKey(r => new { r.ProjectId, r.Key });
            e.HasIndex(r => r.DocumentId);
            e.HasOne<Project>().WithMany().HasForeignKey(r => r.ProjectId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Document>().WithMany().HasForeignKey(r => r.DocumentId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<CountedFile>(e =>
        {
            e.HasKey(f => new { f.SessionId, f.File });
            e.HasOne<Session>().WithMany().HasForeignKey(f => f.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ProviderLedgerEntry>(e =>
        {
            e.ToTable("provider_ledger");
            e.Property(l => l.Cost).HasPrecision(18, 9);
            e.HasIndex(l => l.SessionId);
            e.HasIndex(l => new { l.PersonId, l.At });
            e.HasOne<Person>().WithMany().HasForeignKey(l => l.PersonId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<RecognitionBatch>(e =>
        {
            e.ToTable("recognition_batches");
            e.Property(b => b.Id).ValueGeneratedNever();
            e.HasIndex(b => b.NextLook).HasFilter("state < 5");
        });
        model.Entity<BatchedFile>(e =>
        {
            e.ToTable("recognition_batch_files");
            e.Property(f => f.Cost).HasPrecision(18, 9);
            e.HasIndex(f => new
                {
                    f.ProjectId,
                    f.FileHash,
                    f.Version,
                })
                .IsUnique();
            e.HasIndex(f => f.BatchId);
            // What is on order counts towards the caps of sessions and people.
            e.HasIndex(f => f.SessionId).HasFilter("state < 3");
            e.HasIndex(f => f.PersonId).HasFilter("state < 3");
            e.HasIndex(f => f.ClosedAt);
        });
    }
}
