using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class TaskNotes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string[]>(
                name: "notes",
                table: "tasks",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "notes",
                table: "tasks");
        }
    }
}
