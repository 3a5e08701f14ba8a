using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class ProjectRecognition : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "recognition",
                table: "projects",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "recognition_pages",
                table: "projects",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "recognition",
                table: "projects");

            migrationBuilder.DropColumn(
                name: "recognition_pages",
                table: "projects");
        }
    }
}
