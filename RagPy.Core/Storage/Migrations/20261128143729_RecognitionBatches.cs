using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RecognitionBatches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "recognition_batch_files",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    batch_id = table.Column<Guid>(type: "uuid", nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false),
                    project_id = table.Column<long>(type: "bigint", nullable: false),
                    session_id = table.Column<long>(type: "bigint", nullable: false),
                    person_id = table.Column<long>(type: "bigint", nullable: false),
                    task_id = table.Column<long>(type: "bigint", nullable: false),
                    document_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_hash = table.Column<string>(type: "text", nullable: false),
                    file_length = table.Column<long>(type: "bigint", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: false),
                    pages = table.Column<int[]>(type: "integer[]", nullable: false),
                    cost = table.Column<decimal>(type: "numeric(18,9)", precision: 18, scale: 9, nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    uploaded = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recognition_batch_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "recognition_batches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    input_file = table.Column<string>(type: "text", nullable: true),
                    creating_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    job_id = table.Column<string>(type: "text", nullable: true),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    requests = table.Column<int>(type: "integer", nullable: false),
                    completed = table.Column<int>(type: "integer", nullable: false),
                    next_look = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    trouble = table.Column<string>(type: "text", nullable: true),
                    leftovers = table.Column<string[]>(type: "text[]", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recognition_batches", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_recognition_batch_files_batch_id",
                table: "recognition_batch_files",
                column: "batch_id");

            migrationBuilder.CreateIndex(
                name: "ix_recognition_batch_files_closed_at",
                table: "recognition_batch_files",
                column: "closed_at");

            migrationBuilder.CreateIndex(
                name: "ix_recognition_batch_files_person_id",
                table: "recognition_batch_files",
                column: "person_id",
                filter: "state < 3");

            migrationBuilder.CreateIndex(
                name: "ix_recognition_batch_files_project_id_file_hash_version",
                table: "recognition_batch_files",
                columns: new[] { "project_id", "file_hash", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_recognition_batch_files_session_id",
                table: "recognition_batch_files",
                column: "session_id",
                filter: "state < 3");

            migrationBuilder.CreateIndex(
                name: "ix_recognition_batches_next_look",
                table: "recognition_batches",
                column: "next_look",
                filter: "state < 5");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "recognition_batch_files");

            migrationBuilder.DropTable(
                name: "recognition_batches");
        }
    }
}
