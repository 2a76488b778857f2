namespace LeadGen.Pipeline.Outreach;

/// <summary>The templates that every tenant begins with: short, polite, true for any company, and whole without facts.</summary>
public static class StarterTemplates
{
    public static IReadOnlyList<TemplateContent> All { get; } =
    [
        new()
        {
            Name = "First contact",
            Goal = "Start a conversation: show that we know their situation and what customers like them gained.",
            Variants =
            [
                Variant(
                    "A",
                    "{{ company.name | default: \"Your team\" }} and {{ workspace.name }}",
                    "Hello {{ lead.firstName | default: \"there\" }},",
                    "I came across {{ company.name | default: \"your company\" }} and believe that a short talk could be worth your time."),
                Variant(
                    "B",
                    "A question about {{ company.name | default: \"your plans\" }}",
                    "Hello {{ lead.firstName | default: \"there\" }},",
                    "May I ask who at {{ company.name | default: \"your company\" }} decides on new tools{% if lead.jobTitle %}, or is that you as {{ lead.jobTitle }}{% endif %}?"),
            ],
        },
        new()
        {
            Name = "Follow-up",
            Goal = "Give one more useful fact to somebody who has not answered, and make it easy to say no.",
            Variants =
            [
                new()
                {
                    Name = "A",
                    Subject = "Was this useful, {{ lead.firstName | default: \"or not\" }}?",
                    Blocks =
                    [
                        new() { Kind = BlockKind.Paragraph, Text = "Hello {{ lead.firstName | default: \"there\" }}," },
                        new() { Kind = BlockKind.Paragraph, Text = "I wrote to you a few days ago and want to add one thing that may help you decide." },
                        new() { Kind = BlockKind.Fact, Text = "" },
                        new() { Kind = BlockKind.Paragraph, Text = "If now is not the time, a short no is welcome." },
                        Greeting,
                    ],
                },
            ],
        },
        new()
        {
            Name = "After a demo request",
            Goal = "Answer somebody who asked for a demo: thank them, say what they will see, offer times.",
            Variants =
            [
                new()
                {
                    Name = "A",
                    Subject = "Your demo of {{ workspace.name }}",
                    Blocks =
                    [
                        new() { Kind = BlockKind.Paragraph, Text = "Hello {{ lead.firstName | default: \"there\" }}," },
                        new() { Kind = BlockKind.Paragraph, Text = "Thank you for asking for a demo. In half an hour you will see:" },
                        new()
                        {
                            Kind = BlockKind.List,
                            Text = "how it works for a company like {{ company.name | default: \"yours\" }}\nwhat it takes to start\nanswers to your own questions",
                        },
                        new() { Kind = BlockKind.Fact, Text = "" },
                        new() { Kind = BlockKind.Paragraph, Text = "Which two times this week or next would suit you? I will send an invitation for one of them." },
                        Greeting,
                    ],
                },
            ],
        },
    ];

    private static TemplateBlock Greeting => new() { Kind = BlockKind.Paragraph, Text = "Kind regards\n{{ sender.signature | default: sender.name }}" };

    private static TemplateVariant Variant(string name, string subject, string hello, string opening) => new()
    {
        Name = name,
        Subject = subject,
        Blocks =
        [
            new() { Kind = BlockKind.Paragraph, Text = hello },
            new() { Kind = BlockKind.Paragraph, Text = opening },
            new() { Kind = BlockKind.Fact, Text = "" },
            new() { Kind = BlockKind.Paragraph, Text = "Would a call of fifteen minutes next week be worth your time? If not, just tell me and I will leave it there." },
            Greeting,
        ],
    };
}
