using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class CleanUpOfChunks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "clean_up",
                table: "projects",
                type: "text",
                nullable: false,
                defaultValue: "none");

            migrationBuilder.AddColumn<int>(
                name: "clean_outcome",
                table: "chunks",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "clean_text",
                table: "chunks",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "clean_up",
                table: "projects");

            migrationBuilder.DropColumn(
                name: "clean_outcome",
                table: "chunks");

            migrationBuilder.DropColumn(
                name: "clean_text",
                table: "chunks");
        }
    }
}
