using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LeadGen.Infrastructure.Data.Migrations.PostgresTenant
{
    /// <inheritdoc />
    public partial class Sending : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_Due",
                table: "OutreachMessages");

            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_EnrollmentId_Step",
                table: "OutreachMessages");

            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_SenderId_SentAt",
                table: "OutreachMessages");

            migrationBuilder.AddColumn<DateTime>(
                name: "Until",
                table: "Suppressions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "RatesSince",
                table: "Sequences",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Check",
                table: "Senders",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "HoldUntil",
                table: "Senders",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "NextDkim",
                table: "Senders",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PerDomainPerMinute",
                table: "Senders",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "PerMinute",
                table: "Senders",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTime>(
                name: "RatesSince",
                table: "Senders",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "SendsUnchecked",
                table: "Senders",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "ToDomain",
                table: "OutreachMessages",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_Due",
                table: "OutreachMessages",
                columns: new[] { "SenderId", "DueAt", "ToDomain", "SequenceId" },
                filter: "\"State\" = 'Approved'");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_EnrollmentId_Step",
                table: "OutreachMessages",
                columns: new[] { "EnrollmentId", "Step" },
                unique: true,
                filter: "\"EnrollmentId\" IS NOT NULL AND \"State\" <> 'Cancelled'");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_SenderId_SendingAt_ToDomain",
                table: "OutreachMessages",
                columns: new[] { "SenderId", "SendingAt", "ToDomain" });

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_SequenceId_SendingAt",
                table: "OutreachMessages",
                columns: new[] { "SequenceId", "SendingAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Enrollments_SequenceId_State",
                table: "Enrollments",
                columns: new[] { "SequenceId", "State" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_Due",
                table: "OutreachMessages");

            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_EnrollmentId_Step",
                table: "OutreachMessages");

            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_SenderId_SendingAt_ToDomain",
                table: "OutreachMessages");

            migrationBuilder.DropIndex(
                name: "IX_OutreachMessages_SequenceId_SendingAt",
                table: "OutreachMessages");

            migrationBuilder.DropIndex(
                name: "IX_Enrollments_SequenceId_State",
                table: "Enrollments");

            migrationBuilder.DropColumn(
                name: "Until",
                table: "Suppressions");

            migrationBuilder.DropColumn(
                name: "RatesSince",
                table: "Sequences");

            migrationBuilder.DropColumn(
                name: "Check",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "HoldUntil",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "NextDkim",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "PerDomainPerMinute",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "PerMinute",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "RatesSince",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "SendsUnchecked",
                table: "Senders");

            migrationBuilder.DropColumn(
                name: "ToDomain",
                table: "OutreachMessages");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_Due",
                table: "OutreachMessages",
                column: "DueAt",
                filter: "\"State\" = 'Approved'");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_EnrollmentId_Step",
                table: "OutreachMessages",
                columns: new[] { "EnrollmentId", "Step" },
                filter: "\"EnrollmentId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_OutreachMessages_SenderId_SentAt",
                table: "OutreachMessages",
                columns: new[] { "SenderId", "SentAt" });
        }
    }
}
