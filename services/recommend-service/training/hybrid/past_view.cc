#include "services/recommend-service/training/hybrid/past_view.h"

#include <utility>

namespace clientele::recommend {
namespace {

class PastModel final : public CollaborativeModels {
 public:
  explicit PastModel(std::shared_ptr<const CollaborativeModel> model) : model_(std::move(model)) {}
  std::shared_ptr<const CollaborativeModel> Current() override { return model_; }
  void Refresh() override {}

 private:
  const std::shared_ptr<const CollaborativeModel> model_;
};

class PastSequence final : public SequenceModels {
 public:
  explicit PastSequence(std::shared_ptr<const SequenceModel> model) : model_(std::move(model)) {}
  std::shared_ptr<const SequenceModel> Current() override { return model_; }
  void Refresh() override {}

 private:
  const std::shared_ptr<const SequenceModel> model_;
};

// Tells everything once.
class PastCatalog final : public CatalogStore {
 public:
  PastCatalog(std::vector<CatalogItem> items, std::vector<ItemPopularity> popularity)
      : items_(std::move(items)), popularity_(std::move(popularity)) {}

  absl::StatusOr<CatalogChanges> ItemsSince(const RequestContext&, std::int64_t) override {
    return CatalogChanges{.changed = std::move(items_), .deleted = {}, .revision = 1};
  }
  absl::StatusOr<PopularityChanges> PopularitySince(const RequestContext&, std::int64_t) override {
    return PopularityChanges{.changed = std::move(popularity_), .revision = 1};
  }

 private:
  std::vector<CatalogItem> items_;
  std::vector<ItemPopularity> popularity_;
};

}  // namespace

PastView::PastView(Contents contents) {
  PastCatalog store(std::move(contents.items), std::move(contents.popularity));
  PastModel models(std::move(contents.model));
  PastSequence sequences(std::move(contents.sequence));
  Catalog catalog(&store);
  // This store does not fail.
  catalog.Refresh({}).IgnoreError();
  ServingViews views(&catalog, &models, &sequences);
  views.RefreshContent({});
  // Snapshots own what they hold.
  view_ = views.Current({});
}

PastView::~PastView() = default;

}  // namespace clientele::recommend
