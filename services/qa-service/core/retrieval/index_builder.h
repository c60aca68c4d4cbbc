#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_BUILDER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_BUILDER_H_

// The writing side of KnowledgeIndex: adds and removes articles, makes snapshots.
//
//   IndexBuilder builder("starter-text-encoder/1");
//   builder.Put(prepared);            // replaces the article's older version
//   builder.Remove("returns");
//   Publish(builder.Snapshot());
//
// Putting n articles one by one costs O(n log n) altogether: a segment is merged
// with the one before it once it is half as large, and rewritten when a third of
// it is dead. While everything is loaded at once (a start, a new model), large segments
// are left alone until EndLoading() merges them: that costs O(n). A snapshot costs a copy of the
// list of segments. Not thread-safe.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/index_segment.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"

namespace clientele::qa {

class IndexBuilder {
 public:
  // `model_id` is that of the vectors; empty for none.
  explicit IndexBuilder(std::string model_id) : model_id_(std::move(model_id)) {}

  // Merges what was left apart since the construction; once, when everything is in.
  void EndLoading();

  // Adds the articles; ids are distinct. Vectors of another length than the
  // first ones seen count as zeros.
  void Put(absl::Span<const PreparedArticle> articles);
  // False when there is none.
  bool Remove(const std::string& id);

  bool Contains(const std::string& id) const { return places_.contains(id); }
  // Revision of the article as it is indexed; 0 when there is none.
  std::int64_t RevisionOf(const std::string& id) const;
  std::vector<std::string> Ids() const;
  const std::string& model_id() const { return model_id_; }

  std::shared_ptr<const KnowledgeIndex> Snapshot() const;

 private:
  // Where an article lies.
  struct ArticlePlace {
    const IndexSegment* segment;
    std::uint32_t article;
  };

  void Place(const LiveSegment& live);
  void Compact();
  void Merge(std::size_t first, std::size_t count);
  void Count(const LiveSegment& live, std::size_t article, std::int64_t sign);

  std::string model_id_;
  std::int64_t dimension_ = 0;
  LiveIndex index_;
  bool loading_ = true;
  // By id; the text of a key is the id in the article's segment.
  absl::flat_hash_map<absl::string_view, ArticlePlace> places_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_BUILDER_H_
