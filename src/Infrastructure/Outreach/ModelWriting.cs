using LeadGen.Infrastructure.Ai;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Outreach.Grounding;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Lets a model write a mail anew and takes over what is true to its sources. Whatever goes wrong, the template's mail stands.</summary>
public sealed class ModelWriting(ModelWriter writer, MailGrounding grounding, ModelBudget budget, OutreachMetrics metrics)
{
    /// <param name="mail">As the template made it.</param>
    /// <param name="goal">The template's.</param>
    /// <param name="facts">What is known that fits the lead; without any no model is asked, since it would have nothing to say.</param>
    public async Task<ComposedMail> RewriteAsync(
        WritingModel model, ComposedMail mail, string goal, Lead lead, IReadOnlyList<FactSource> facts, CancellationToken cancellationToken)
    {
        var material = WritingMaterial.Of(mail, goal, lead, facts);
        if (material.Knowledge.Count == 0 || material.Template.Count == 0)
        {
            return mail with { FellBack = "No document has anything about this lead, so the template's own words were used." };
        }

        var answer = await writer.AskAsync(model, material, cancellationToken);
        var (written, problem) = answer.Text is { } text ? await GroundAsync(mail, material, text, cancellationToken) : (null, answer.Problem);
        metrics.Asked(answer.Tokens);
        if (answer.IsReserved)
        {
            await budget.SettleAsync(answer.TokensDelta, answer.MicroCostDelta, written is not null, CancellationToken.None);
        }

        if (written is null)
        {
            metrics.FellBack();
        }

        return written ?? mail with { FellBack = problem };
    }

    private async Task<(ComposedMail? Mail, string? Problem)> GroundAsync(
        ComposedMail mail, WritingMaterial material, string text, CancellationToken cancellationToken)
    {
        if (ModelDraft.Parse(text) is not { } draft)
        {
            return (null, "The model did not answer in the form that was asked for.");
        }

        return await grounding.CheckAsync(draft, material, cancellationToken) is { } grounded
            ? (GroundedMail.Of(mail, material, grounded.Subject, grounded.Sentences), null)
            : (null, "Nothing that the model wrote is backed by its sources.");
    }
}
