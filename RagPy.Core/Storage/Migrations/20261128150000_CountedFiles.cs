using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace RagPy.Core.Storage.Migrations
{
    /// <inheritdoc />
    public partial class CountedFiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "counted_files",
                columns: table => new
                {
                    session_id = table.Column<long>(type: "bigint", nullable: false),
                    file = table.Column<Guid>(type: "uuid", nullable: false),
                    pages = table.Column<int>(type: "integer", nullable: true),
                    sha256 = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_counted_files", x => new { x.session_id, x.file });
                    table.ForeignKey(
                        name: "fk_counted_files_sessions_session_id",
                        column: x => x.session_id,
                        principalTable: "sessions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "counted_files");
        }
    }
}
