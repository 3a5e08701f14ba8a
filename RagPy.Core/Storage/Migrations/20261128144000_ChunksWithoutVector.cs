using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ChunksWithoutVector : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "chunks_without_vector",
                table: "documents",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "vector_failure_code",
                table: "chunks",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "vector_failure_reason",
                table: "chunks",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "failure_code",
                table: "provider_results",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "failure_reason",
                table: "provider_results",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "chunks_without_vector",
                table: "documents");

            migrationBuilder.DropColumn(
                name: "vector_failure_code",
                table: "chunks");

            migrationBuilder.DropColumn(
                name: "vector_failure_reason",
                table: "chunks");

            migrationBuilder.DropColumn(
                name: "failure_code",
                table: "provider_results");

            migrationBuilder.DropColumn(
                name: "failure_reason",
                table: "provider_results");
        }
    }
}
