#include "services/qa-service/store/golden_questions/pg_golden_question_store.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/golden_questions/golden_question_statements.h"

namespace clientele::qa {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

const postgres::TransactionOptions kReadOnlyGolden{.read_only = true};

GoldenQuestion GoldenQuestionOf(const Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Time(5)};
}

// The lock of the revision is held.
absl::Status CheckRoom(Transaction& t, std::int64_t wanted) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kCountGoldenQuestions));
  if (rows[0].Int64(0) + wanted <= kMaxGoldenQuestions) return absl::OkStatus();
  return WithReason(absl::FailedPreconditionError(
                        absl::StrCat("there are ", rows[0].Int64(0), " golden questions, and ",
                                     kMaxGoldenQuestions, " at most: delete some first")),
                    kGoldenQuestionsFull);
}

absl::Status UpsertGolden(Transaction& t, const std::vector<const GoldenQuestion*>& questions) {
  if (questions.empty()) return absl::OkStatus();
  std::vector<std::string> ids, texts, languages, articles, answers;
  for (const GoldenQuestion* question : questions) {
    ids.push_back(question->id);
    texts.push_back(question->text);
    languages.push_back(question->language_code);
    articles.push_back(question->expected_article);
    answers.push_back(question->expected_answer);
  }
  CLIENTELE_RETURN_IF_ERROR(
      t.Execute(statements::kUpsertGoldenQuestions,
                {ids, texts, languages, articles, answers, questions.front()->create_time})
          .status());
  return t.Execute(statements::kRaiseGoldenRevision).status();
}

absl::StatusOr<std::map<std::string, GoldenQuestion>> FindGolden(
    Transaction& t, const std::vector<std::string>& ids) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kFindGoldenQuestions, {ids}));
  std::map<std::string, GoldenQuestion> found;
  for (const Row row : rows) found.emplace(row.Text(0), GoldenQuestionOf(row));
  return found;
}

// As the ledger keeps a batch's result.
std::string ToText(const GoldenBatch& batch) {
  return nlohmann::json{{"created", batch.created_count},
                        {"existing", batch.existing_count},
                        {"replaced", batch.replaced_count},
                        {"differing", batch.differing_ids}}
      .dump();
}

absl::StatusOr<GoldenBatch> GoldenBatchOf(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    GoldenBatch batch;
    json.at("created").get_to(batch.created_count);
    json.at("existing").get_to(batch.existing_count);
    json.at("replaced").get_to(batch.replaced_count);
    json.at("differing").get_to(batch.differing_ids);
    return batch;
  } catch (const nlohmann::json::exception&) {
    return absl::DataLossError("a stored result of a batch of golden questions cannot be read");
  }
}

}  // namespace

absl::StatusOr<GoldenQuestion> PgGoldenQuestionStore::Create(const RequestContext& context,
                                                             const MutationId& mutation,
                                                             const GoldenQuestion& question) {
  GoldenQuestion made = question;
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockGoldenRevision).status());
    CLIENTELE_ASSIGN_OR_RETURN(const auto found, FindGolden(t, {question.id}));
    if (!found.empty()) return AlreadyExists(GoldenQuestionName(question.id));
    CLIENTELE_RETURN_IF_ERROR(CheckRoom(t, 1));
    CLIENTELE_RETURN_IF_ERROR(UpsertGolden(t, {&question}));
    return absl::StrCat(absl::ToUnixMicros(question.create_time));
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string stored,
                               ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    // The same request has the same values: the time alone is that of the first one.
    std::int64_t micros = 0;
    if (!absl::SimpleAtoi(stored, &micros)) {
      return absl::DataLossError("a stored result of a golden question cannot be read");
    }
    made.create_time = absl::FromUnixMicros(micros);
    return absl::OkStatus();
  }));
  return made;
}

absl::StatusOr<GoldenBatch> PgGoldenQuestionStore::CreateMissing(
    const RequestContext& context, const MutationId& mutation,
    absl::Span<const GoldenQuestion> questions, bool replace) {
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockGoldenRevision).status());
    std::vector<std::string> ids;
    for (const GoldenQuestion& question : questions) ids.push_back(question.id);
    CLIENTELE_ASSIGN_OR_RETURN(const auto stored, FindGolden(t, ids));
    GoldenBatch batch;
    std::vector<const GoldenQuestion*> written;
    for (const GoldenQuestion& question : questions) {
      const auto before = stored.find(question.id);
      if (before == stored.end()) {
        ++batch.created_count;
      } else if (HasSameValues(before->second, question)) {
        ++batch.existing_count;
        continue;
      } else if (replace) {
        ++batch.replaced_count;
      } else {
        batch.differing_ids.push_back(question.id);
        continue;
      }
      written.push_back(&question);
    }
    std::sort(batch.differing_ids.begin(), batch.differing_ids.end());
    CLIENTELE_RETURN_IF_ERROR(CheckRoom(t, batch.created_count));
    CLIENTELE_RETURN_IF_ERROR(UpsertGolden(t, written));
    return ToText(batch);
  };
  std::string text;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(text, ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    return absl::OkStatus();
  }));
  return GoldenBatchOf(text);
}

absl::StatusOr<GoldenSlice> PgGoldenQuestionStore::List(const RequestContext& context,
                                                        const std::string& after_id,
                                                        std::int64_t limit) {
  GoldenSlice slice;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        slice = {};
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows, t.Execute(statements::kListGoldenQuestions, {after_id, limit + 1}));
        for (const Row row : rows) {
          slice.more = static_cast<std::int64_t>(slice.questions.size()) == limit;
          if (!slice.more) slice.questions.push_back(GoldenQuestionOf(row));
        }
        return absl::OkStatus();
      },
      kReadOnlyGolden));
  return slice;
}

absl::Status PgGoldenQuestionStore::Delete(const RequestContext& context,
                                           const MutationId& mutation, const std::string& id) {
  const auto remove = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kLockGoldenRevision).status());
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kDeleteGoldenQuestion, {id}));
    if (rows.affected_rows() == 0) return NotFound(GoldenQuestionName(id));
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kRaiseGoldenRevision).status());
    return std::string();
  };
  return pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    return ledger_->Once(t, mutation, "", [&] { return remove(t); }).status();
  });
}

absl::StatusOr<std::int64_t> PgGoldenQuestionStore::Revision(const RequestContext& context) {
  std::int64_t revision = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kGetGoldenRevision));
        if (rows.empty()) return absl::InternalError("the revision of golden questions is missing");
        revision = rows[0].Int64(0);
        return absl::OkStatus();
      },
      kReadOnlyGolden));
  return revision;
}

absl::StatusOr<GoldenSet> PgGoldenQuestionStore::LoadAll(const RequestContext& context) {
  GoldenSet set;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        set = {};
        // The revision first: what changes between the two is asked again, never missed.
        CLIENTELE_ASSIGN_OR_RETURN(const Result revision,
                                   t.Execute(statements::kGetGoldenRevision));
        if (revision.empty()) {
          return absl::InternalError("the revision of golden questions is missing");
        }
        set.revision = revision[0].Int64(0);
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            t.Execute(statements::kListGoldenQuestions, {std::string(), kMaxGoldenQuestions}));
        for (const Row row : rows) set.questions.push_back(GoldenQuestionOf(row));
        return absl::OkStatus();
      },
      kReadOnlyGolden));
  return set;
}

}  // namespace clientele::qa
