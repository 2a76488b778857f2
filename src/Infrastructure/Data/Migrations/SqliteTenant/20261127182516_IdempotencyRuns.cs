using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LeadGen.Infrastructure.Data.Migrations.SqliteTenant
{
    /// <inheritdoc />
    public partial class IdempotencyRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "RunToken",
                table: "Idempotency",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "RunToken",
                table: "Idempotency");
        }
    }
}
