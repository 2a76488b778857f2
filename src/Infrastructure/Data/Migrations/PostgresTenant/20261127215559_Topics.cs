using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LeadGen.Infrastructure.Data.Migrations.PostgresTenant
{
    /// <inheritdoc />
    public partial class Topics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "TopicRefusals",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    TopicId = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TopicRefusals", x => new { x.Hash, x.TopicId });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Suppressions_MessageId",
                table: "Suppressions",
                column: "MessageId",
                filter: "\"MessageId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_TemplateId",
                table: "OutreachMessages",
                column: "TemplateId",
                filter: "\"TemplateId\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "TopicRefusals");

            migrationBuilder.DropIndex(
                name: "IX_Suppressions_MessageId",
                table: "Suppressions");

            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_TemplateId",
                table: "OutreachMessages");
        }
    }
}
