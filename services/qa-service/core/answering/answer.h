#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/qa-service/core/answering/answer_writer.h"
#include "services/qa-service/core/answering/intent.h"
#include "services/qa-service/core/retrieval/index_segment.h"

namespace clientele::qa {

// How an answer is made.
enum class AnswerMode {
  kAuto,        // generative where the service has a generator, else extractive
  kCurated,     // the answer that people wrote to a question like it, whole
  kExtractive,  // sentences of the best passage
  kGenerative,  // written by a generator from the best passages, and checked against them
};

// A question as it comes in.
struct Question {
  std::string text;
  std::string customer_id;             // without "customers/"; empty: anonymous
  std::string language_code;           // BCP 47; empty: the text's
  std::int64_t max_citations = 0;      // 1 to 20; 0 means 3
  std::string search_text = {};        // what is searched for instead of the text; empty: the text
  std::string audience = {};           // whose articles are searched besides those for everyone
  std::vector<std::string> tags = {};  // that an article must have
  AnswerMode mode = AnswerMode::kAuto;
  std::vector<SaidBefore> conversation = {};  // for a generator, oldest first
  std::vector<std::string> facts = {};        // of the customer, that a generator may use; not kept
};

// A passage that an answer rests on. Holds its article, so it stays valid.
struct Citation {
  std::shared_ptr<const IndexedArticle> article;
  Passage range;  // of article->article.body
  double score = 0;

  absl::string_view passage() const {
    return article->article.body.substr(range.begin, range.end - range.begin);
  }
};

enum class AnswerState { kAnswered = 1, kAbstained = 2, kHandedOver = 3 };  // stored: numbers stay

// Why there is no answer from the articles; callers may depend on them.
namespace answer_reason {
inline constexpr char kWishForPerson[] = "WISH_FOR_PERSON";
inline constexpr char kComplaint[] = "COMPLAINT";
inline constexpr char kNoArticle[] = "NO_ARTICLE";          // nothing is near the question
inline constexpr char kLowConfidence[] = "LOW_CONFIDENCE";  // the nearest is not sure enough
inline constexpr char kNoContent[] = "NO_CONTENT";          // the message asks nothing
inline constexpr char kNotStated[] = "NOT_STATED";    // what is asked for stands in no article
inline constexpr char kNotCurated[] = "NOT_CURATED";  // no article lists a question like it
}  // namespace answer_reason

// Why a step was left out; callers may depend on them.
namespace skip_reason {
inline constexpr char kUnavailable[] = "UNAVAILABLE";  // its model does not serve
inline constexpr char kBusy[] = "BUSY";                // too much waits for it
inline constexpr char kDeadline[] = "DEADLINE";        // it was too slow
inline constexpr char kFailed[] = "FAILED";
}  // namespace skip_reason

// A step of answering and how long it took.
struct AnswerStage {
  const char* name;  // "understand", "retrieve", "rerank", "read", "generate", "extract"
  absl::Duration time;
  const char* skipped = "";  // see skip_reason; empty: it was done
};

struct Answer {
  AnswerState state = AnswerState::kAbstained;
  // Empty when abstained; what the customer is told when a person takes over.
  std::string text;
  std::string reason;  // see answer_reason; empty when answered
  // Best first, one an article. When there is no answer: the nearest, for people to look at.
  std::vector<Citation> citations;
  double confidence = 0;         // 0 to 1
  std::optional<Intent> intent;  // empty: out of scope, or nobody looked
  // Of what is handed over as a complaint; kNone: what the words say.
  ComplaintTopic complaint_topic = ComplaintTopic::kNone;
  std::vector<std::string> models;            // "name/version"
  std::string id;                             // names this answer; see AnswererOptions::new_id
  std::string language;                       // primary subtag, of the question
  AnswerMode mode = AnswerMode::kExtractive;  // how it was made; of an answer alone
  std::string fallback_reason;        // why it is extractive though a generator was to write it
  bool partial = false;               // the generator's time was over; the rest is missing
  std::size_t removed_sentences = 0;  // that a generator wrote and no passage supports
  std::vector<AnswerStage> stages;    // in their order
};

// Receives an answer while it is produced. Called on the asking thread; an error ends
// the question with that status.
class AnswerListener {
 public:
  virtual ~AnswerListener() = default;
  // Once, before any text.
  virtual absl::Status OnCitations(const std::vector<Citation>& citations) = 0;
  // What a generator writes, as it comes and before it is checked; before any citations.
  virtual void OnDraft(absl::string_view) {}
  // The next piece of the answer; the pieces together are Answer::text.
  virtual absl::Status OnText(absl::string_view piece) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ANSWERING_ANSWER_H_
