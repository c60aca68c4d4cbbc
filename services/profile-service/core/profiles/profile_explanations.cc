#include "services/profile-service/core/profiles/profile_explanations.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/profiles/leaving_out.h"

namespace clientele::profile {
namespace {

bool TookPart(const Profile& profile, absl::string_view modality) {
  return std::find(profile.modalities.begin(), profile.modalities.end(), modality) !=
         profile.modalities.end();
}

void NoteTime(absl::Time time, ModalityExplanation& modality) {
  modality.first_time = std::min(modality.first_time.value_or(time), time);
  modality.last_time = std::max(modality.last_time.value_or(time), time);
}

void KeepStrongest(std::size_t most, std::vector<PartContribution>& evidence) {
  std::stable_sort(evidence.begin(), evidence.end(),
                   [](const PartContribution& a, const PartContribution& b) {
                     return std::abs(a.share) > std::abs(b.share);
                   });
  if (evidence.size() > most) evidence.resize(most);
}

PartState StateOf(bool used, std::size_t vectors, std::int64_t pending) {
  if (used) return PartState::kUsed;
  if (vectors > 0) return PartState::kNotTaken;
  return pending > 0 ? PartState::kPending : PartState::kNothingKnown;
}

ModalityExplanation ExplainBehavior(const Profile& profile) {
  ModalityExplanation behavior{.modality = "behavior"};
  behavior.state = StateOf(TookPart(profile, behavior.modality), 0, 0);
  behavior.signals = profile.summary.event_count();
  behavior.first_time = profile.summary.first_event_time;
  behavior.last_time = profile.summary.last_event_time;
  return behavior;
}

ModalityExplanation ExplainTexts(const Profile& profile, const KnownTexts& texts,
                                 const std::string& model_id, std::size_t most_evidence) {
  ModalityExplanation text{.modality = "text"};
  text.state = StateOf(TookPart(profile, text.modality), texts.vectors.size(), texts.pending);
  text.pending = texts.pending;
  if (texts.vectors.empty()) return text;
  text.model_id = model_id;
  text.signals = static_cast<std::int64_t>(texts.vectors.size());
  for (const TextSource& source : texts.sources) NoteTime(source.event_time, text);
  const std::vector<double> shares = SharesOfDirection(texts.vectors);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const TextSource& source = texts.sources[i];
    text.evidence.push_back({source.customer_id, source.event_id, source.event_time, shares[i]});
  }
  KeepStrongest(most_evidence, text.evidence);
  return text;
}

ModalityExplanation ExplainPictures(const Profile& profile, const KnownPictures& known,
                                    const std::string& model_id, std::size_t most_evidence) {
  ModalityExplanation image{.modality = "image"};
  std::vector<PictureDirection> pictures = DirectionsOf(known.pictures);
  image.state = StateOf(TookPart(profile, image.modality), pictures.size(), known.pending);
  image.pending = known.pending;
  if (pictures.empty()) return image;
  image.model_id = model_id;
  image.signals = static_cast<std::int64_t>(pictures.size());
  std::vector<std::vector<float>> rows;
  for (PictureDirection& picture : pictures) {
    NoteTime(picture.picture->capture_time, image);
    rows.push_back(std::move(picture.direction));
  }
  const std::vector<double> shares = SharesOfDirection(rows);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Media& picture = *pictures[i].picture;
    image.evidence.push_back(
        {picture.customer_id, picture.media_id, picture.capture_time, shares[i]});
  }
  KeepStrongest(most_evidence, image.evidence);
  return image;
}

// Those that decide about a profile.
std::vector<PurposeUse> PurposesOf(const Profiles& profiles, const consent::Consents& consents) {
  std::vector<PurposeUse> uses;
  for (const consent::Purpose purpose :
       {consent::Purpose::kProfiling, consent::Purpose::kImageAnalysis}) {
    uses.push_back({purpose, consents.Of(purpose), profiles.Allows(purpose, consents)});
  }
  return uses;
}

void MarkWithheld(const std::vector<consent::Purpose>& withheld,
                  std::vector<ModalityExplanation>& modalities) {
  for (const consent::Purpose purpose : withheld) {
    for (ModalityExplanation& modality : modalities) {
      if (purpose == consent::Purpose::kProfiling || modality.modality == "image") {
        modality.state = PartState::kWithheld;
      }
    }
  }
}

}  // namespace

absl::StatusOr<ProfileExplanation> ProfileExplanations::Explain(
    const RequestContext& context, absl::string_view customer_id) const {
  FieldViolations bad;
  ValidateCustomerId(customer_id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  const SignalQuery signals = profiles_->Signals();
  CLIENTELE_ASSIGN_OR_RETURN(OverviewStore::Evidence evidence,
                             store_->ReadEvidence(context, customer_id, now, profiles_->affinity(),
                                                  signals, options_.most_events + 1));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  ProfileExplanation explanation;
  explanation.purposes = PurposesOf(*profiles_, evidence.behavior.consents);
  CLIENTELE_ASSIGN_OR_RETURN(const Profile profile,
                             profiles_->Fuse(context, evidence.behavior, signals, now));
  explanation.customer_id = profile.customer_id;
  explanation.compute_time = profile.compute_time;
  explanation.models = profile.models;
  const auto [behavior, withheld] = profiles_->Permit(std::move(evidence.behavior));
  explanation.modalities = {
      ExplainBehavior(profile),
      ExplainTexts(profile, behavior.texts, signals.model_id, options_.most_evidence),
      ExplainPictures(profile, behavior.pictures, signals.pictures.encoder_id,
                      options_.most_evidence)};
  MarkWithheld(withheld, explanation.modalities);
  const bool responds = profile.summary.responses.first_event_time.has_value();
  if (TookPart(profile, "behavior") || responds) {
    const auto most = static_cast<std::size_t>(options_.most_events);
    explanation.all_events = evidence.events.size() <= most;
    if (!explanation.all_events) evidence.events.resize(most);
    explanation.read_events = static_cast<std::int64_t>(evidence.events.size());
    explanation.categories =
        ExplainCategories(profile, evidence.events, explanation.all_events, profiles_->affinity());
    explanation.responses = ExplainResponses(profile, evidence.events, options_.most_evidence);
  }
  explanation.interests = ExplainInterests(profile.interests, behavior.pictures.pictures);
  CLIENTELE_RETURN_IF_ERROR(
      AddInfluences(context, profile, PartsOf(behavior, profile.features), explanation));
  return explanation;
}

absl::Status ProfileExplanations::AddInfluences(const RequestContext& context,
                                                const Profile& profile, const ProfileParts& parts,
                                                ProfileExplanation& explanation) const {
  CLIENTELE_ASSIGN_OR_RETURN(const Influences left_out,
                             LeaveOut(context, profile, parts, explanation.modalities, *fuser_));
  for (std::size_t i = 0; i < explanation.modalities.size(); ++i) {
    explanation.modalities[i].influence = left_out.modalities[i];
  }
  if (!parts.behavior) return absl::OkStatus();
  for (const BehaviorFeatureInfo& info : kBehaviorFeatureList) {
    explanation.features.push_back({.feature = info.feature,
                                    .value = profile.features[info.feature],
                                    .influence = left_out.features[info.feature]});
  }
  std::stable_sort(explanation.features.begin(), explanation.features.end(),
                   [](const FeatureExplanation& a, const FeatureExplanation& b) {
                     return a.influence > b.influence;
                   });
  explanation.scores = left_out.scores;
  return absl::OkStatus();
}

}  // namespace clientele::profile
