using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ProviderLedger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "embedder",
                table: "work_items",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<decimal>(
                name: "spending_cap",
                table: "sessions",
                type: "numeric(18,6)",
                precision: 18,
                scale: 6,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "embedder",
                table: "documents",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "provider_ledger",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    person_id = table.Column<long>(type: "bigint", nullable: false),
                    project_id = table.Column<long>(type: "bigint", nullable: false),
                    session_id = table.Column<long>(type: "bigint", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    operation = table.Column<string>(type: "text", nullable: false),
                    input_tokens = table.Column<long>(type: "bigint", nullable: false),
                    output_tokens = table.Column<long>(type: "bigint", nullable: false),
                    pages = table.Column<int>(type: "integer", nullable: false),
                    cost = table.Column<decimal>(type: "numeric(18,9)", precision: 18, scale: 9, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_provider_ledger", x => x.id);
                    table.ForeignKey(
                        name: "fk_provider_ledger_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "provider_results",
                columns: table => new
                {
                    project_id = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<Guid>(type: "uuid", nullable: false),
                    document_id = table.Column<Guid>(type: "uuid", nullable: false),
                    value = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_provider_results", x => new { x.project_id, x.key });
                    table.ForeignKey(
                        name: "fk_provider_results_documents_document_id",
                        column: x => x.document_id,
                        principalTable: "documents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_provider_results_projects_project_id",
                        column: x => x.project_id,
                        principalTable: "projects",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_documents_embedder",
                table: "documents",
                columns: new[] { "project_id", "embedder" },
                filter: "generation IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_provider_ledger_person_id_at",
                table: "provider_ledger",
                columns: new[] { "person_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_provider_ledger_session_id",
                table: "provider_ledger",
                column: "session_id");

            migrationBuilder.CreateIndex(
                name: "ix_provider_results_document_id",
                table: "provider_results",
                column: "document_id");

            // Vectors do not get smaller by compression; it would only be tried each time.
            migrationBuilder.Sql("ALTER TABLE provider_results ALTER COLUMN value SET STORAGE EXTERNAL");
            migrationBuilder.Sql(
                "UPDATE documents d SET embedder = p.embedder FROM projects p WHERE p.id = d.project_id AND d.generation IS NOT NULL");
            migrationBuilder.Sql(
                "UPDATE work_items w SET embedder = p.embedder FROM projects p WHERE p.id = w.project_id AND w.stage = 4 AND w.state IN (1, 2)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "provider_ledger");

            migrationBuilder.DropTable(
                name: "provider_results");

            migrationBuilder.DropIndex(
                name: "ix_documents_embedder",
                table: "documents");

            migrationBuilder.DropColumn(
                name: "embedder",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "spending_cap",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "embedder",
                table: "documents");

        }
    }
}
