#include "tools/sample-data/catalog.h"

namespace clientele::sample {

// clang-format off
const std::vector<Color>& Colors() {
  static const std::vector<Color> colors = {
      {{"moss green", "苔绿色"}, 98, 122, 76},
      {{"cornflower blue", "矢车菊蓝"}, 84, 119, 200},
      {{"brick red", "砖红色"}, 178, 64, 50},
      {{"mustard", "芥末黄"}, 214, 168, 45},
      {{"oat", "燕麦色"}, 216, 198, 164},
      {{"charcoal", "炭灰色"}, 62, 66, 72},
      {{"rose", "玫瑰粉"}, 222, 138, 150},
      {{"plum", "梅紫色"}, 112, 58, 104},
      {{"teal", "青色"}, 34, 128, 130},
      {{"cream", "奶油白"}, 246, 236, 212},
  };
  return colors;
}

const std::vector<Category>& Categories() {
  static const std::vector<Category> categories = {
      {"tea-and-coffee", {"Tea & Coffee", "茶与咖啡"},
       {{{"teapot", "茶壶"}, 3200}, {{"tea caddy", "茶叶罐"}, 1800}, {{"coffee mug", "咖啡杯"}, 1200}, {{"milk jug", "奶壶"}, 1500},
        {{"breakfast tea", "早餐红茶"}, 850}, {{"coffee dripper", "咖啡滤杯"}, 2200}, {{"tea tasting set", "品茶套装"}, 2800}, {{"espresso cups", "浓缩咖啡杯"}, 1900}},
       {{{"hand-thrown", "手工拉坯"}, 0}, {{"Yorkshire", "约克郡"}, 0}, {{"slim-line", "简约"}, 1}, {{"double-walled", "双层"}, 1}, {{"polka-dot", "波点"}, 2}, {{"fox-print", "狐狸图案"}, 2}},
       {{"It keeps a brew warm for the second cup.", "第二杯依然温热。"}, {"The spout pours without dripping.", "出水顺畅，不滴不漏。"}, {"Made for slow mornings.", "适合悠闲的早晨。"}, {"It stacks neatly in a small cupboard.", "小橱柜里也能整齐叠放。"}}},
      {"kitchen", {"Kitchen", "厨房用品"},
       {{{"chopping board", "砧板"}, 2600}, {{"mixing bowl", "搅拌碗"}, 1900}, {{"linen apron", "亚麻围裙"}, 2900}, {{"salad servers", "沙拉匙"}, 1600},
        {{"bread bin", "面包箱"}, 3800}, {{"oven dish", "烤盘"}, 2400}, {{"storage jars", "储物罐"}, 2100}, {{"rolling pin", "擀面杖"}, 1400}},
       {{{"farmhouse", "农舍风"}, 0}, {{"oak", "橡木"}, 0}, {{"brushed-steel", "拉丝钢"}, 1}, {{"matt", "哑光"}, 1}, {{"gingham", "格子"}, 2}, {{"lemon-print", "柠檬图案"}, 2}},
       {{"It goes from the oven straight to the table.", "出炉即可上桌。"}, {"Generous enough for a family Sunday.", "足够全家人的周日大餐。"}, {"The edges are rounded by hand.", "边缘手工打磨圆润。"}, {"It cleans up in a minute.", "一分钟就能洗净。"}}},
      {"bedding", {"Bedding", "床上用品"},
       {{{"duvet cover", "被套"}, 6900}, {{"pillowcase pair", "枕套一对"}, 2400}, {{"wool blanket", "羊毛毯"}, 8900}, {{"fitted sheet", "床笠"}, 3600},
        {{"quilt", "绗缝被"}, 9800}, {{"bed throw", "床尾巾"}, 5400}, {{"hot-water bottle", "热水袋"}, 1900}, {{"bolster cushion", "长枕"}, 2700}},
       {{{"stonewashed", "石洗"}, 0}, {{"Welsh", "威尔士"}, 0}, {{"percale", "细棉布"}, 1}, {{"plain-dye", "素色"}, 1}, {{"starry", "星星图案"}, 2}, {{"patchwork", "拼布"}, 2}},
       {{"It grows softer with every wash.", "越洗越柔软。"}, {"Breathable in summer and warm in winter.", "夏天透气，冬天保暖。"}, {"Woven from certified organic cotton.", "采用认证有机棉织成。"}, {"Hidden buttons keep everything in place.", "暗扣设计，不易移位。"}}},
      {"lighting", {"Lighting", "灯具"},
       {{{"desk lamp", "台灯"}, 5200}, {{"pendant light", "吊灯"}, 7600}, {{"fairy lights", "串灯"}, 1700}, {{"floor lamp", "落地灯"}, 11900},
        {{"lampshade", "灯罩"}, 3300}, {{"lantern", "提灯"}, 2900}, {{"night light", "夜灯"}, 1800}, {{"wall light", "壁灯"}, 6400}},
       {{{"rattan", "藤编"}, 0}, {{"aged-brass", "做旧黄铜"}, 0}, {{"dimmable", "可调光"}, 1}, {{"minimal", "极简"}, 1}, {{"mushroom", "蘑菇造型"}, 2}, {{"rainbow", "彩虹"}, 2}},
       {{"It casts a soft, even glow.", "光线柔和均匀。"}, {"The cable is two metres long.", "电源线长两米。"}, {"A warm LED bulb is included.", "附赠暖光LED灯泡。"}, {"Lovely beside a reading chair.", "放在阅读椅旁正合适。"}}},
      {"stationery", {"Stationery", "文具"},
       {{{"notebook", "笔记本"}, 1100}, {{"fountain pen", "钢笔"}, 3400}, {{"weekly planner", "周计划本"}, 1600}, {{"greeting cards", "贺卡"}, 900},
        {{"pencil case", "笔袋"}, 1300}, {{"desk tidy", "桌面收纳"}, 2100}, {{"wrapping paper", "包装纸"}, 600}, {{"washi tape set", "和纸胶带套装"}, 750}},
       {{{"cloth-bound", "布面"}, 0}, {{"pressed-flower", "压花"}, 0}, {{"dot-grid", "点阵"}, 1}, {{"aluminium", "铝制"}, 1}, {{"woodland", "森林动物"}, 2}, {{"glitter", "闪粉"}, 2}},
       {{"The paper takes ink without bleeding.", "纸张不洇墨。"}, {"It lies flat on the desk.", "可以完全摊平。"}, {"A small pleasure for every day.", "每天的小确幸。"}, {"It fits into a coat pocket.", "放得进大衣口袋。"}}},
      {"garden", {"Garden", "园艺"},
       {{{"plant pot", "花盆"}, 1800}, {{"watering can", "浇水壶"}, 2700}, {{"hand trowel", "手铲"}, 1500}, {{"bird feeder", "喂鸟器"}, 2200},
        {{"herb seeds", "香草种子"}, 500}, {{"garden gloves", "园艺手套"}, 1400}, {{"bamboo trug", "竹篮"}, 2500}, {{"plant stand", "花架"}, 4600}},
       {{{"terracotta", "赤陶"}, 0}, {{"galvanised", "镀锌"}, 0}, {{"powder-coated", "粉末涂层"}, 1}, {{"self-watering", "自动浇水"}, 1}, {{"ladybird", "瓢虫图案"}, 2}, {{"painted", "彩绘"}, 2}},
       {{"It stands up to frost and rain.", "不怕霜雪和雨水。"}, {"Good for a balcony as well as a border.", "阳台和花园都适用。"}, {"Bees will thank you.", "蜜蜂会感谢你。"}, {"It ages beautifully outdoors.", "放在户外越久越有味道。"}}},
      {"candles", {"Candles", "蜡烛香氛"},
       {{{"jar candle", "罐装蜡烛"}, 1700}, {{"dinner candles", "餐桌蜡烛"}, 1100}, {{"reed diffuser", "藤条香薰"}, 2300}, {{"wax melts", "香薰蜡片"}, 800},
        {{"candle holder", "烛台"}, 1500}, {{"room spray", "室内喷雾"}, 1400}, {{"tealight set", "茶蜡套装"}, 900}, {{"incense box", "线香礼盒"}, 1600}},
       {{{"lavender", "薰衣草"}, 0}, {{"beeswax", "蜂蜡"}, 0}, {{"sandalwood", "檀香"}, 1}, {{"white-tea", "白茶"}, 1}, {{"fig-and-cherry", "无花果樱桃"}, 2}, {{"gingerbread", "姜饼"}, 2}},
       {{"It burns for about forty hours.", "可燃烧约四十小时。"}, {"Poured in Devon from soy wax.", "德文郡大豆蜡手工浇制。"}, {"The scent fills a room without shouting.", "香气淡雅，满室清香。"}, {"The jar can be used again.", "罐子可以重复使用。"}}},
      {"bags", {"Bags", "包袋"},
       {{{"tote bag", "托特包"}, 2400}, {{"rucksack", "双肩包"}, 5900}, {{"wash bag", "洗漱包"}, 1900}, {{"weekend bag", "周末旅行包"}, 8900},
        {{"coin purse", "零钱包"}, 1300}, {{"satchel", "邮差包"}, 7400}, {{"lunch bag", "午餐袋"}, 1600}, {{"market basket", "菜篮"}, 3100}},
       {{{"waxed-canvas", "蜡帆布"}, 0}, {{"tan-leather", "棕色皮革"}, 0}, {{"recycled", "再生材料"}, 1}, {{"roll-top", "卷口"}, 1}, {{"embroidered", "刺绣"}, 2}, {{"striped", "条纹"}, 2}},
       {{"The inside pocket holds a phone and keys.", "内袋可放手机和钥匙。"}, {"The straps sit comfortably on the shoulder.", "肩带舒适不勒。"}, {"It shrugs off a shower of rain.", "不怕小雨。"}, {"Room for a laptop and a good book.", "装得下电脑和一本好书。"}}},
      {"knitwear", {"Knitwear", "针织服饰"},
       {{{"jumper", "毛衣"}, 7900}, {{"cardigan", "开衫"}, 8400}, {{"scarf", "围巾"}, 3600}, {{"bobble hat", "毛线帽"}, 2400},
        {{"mittens", "连指手套"}, 2100}, {{"bed socks", "睡袜"}, 1400}, {{"shawl", "披肩"}, 5200}, {{"headband", "发带"}, 1700}},
       {{{"lambswool", "羔羊毛"}, 0}, {{"cable-knit", "绞花"}, 0}, {{"merino", "美利奴"}, 1}, {{"fine-rib", "细罗纹"}, 1}, {{"Fair Isle", "费尔岛花纹"}, 2}, {{"pom-pom", "毛球"}, 2}},
       {{"Spun from Yorkshire wool.", "约克郡羊毛纺制。"}, {"Warm without being heavy.", "保暖而不厚重。"}, {"It does not scratch.", "贴身不扎人。"}, {"A relaxed fit for layering.", "宽松版型，便于叠穿。"}}},
      {"toys", {"Toys", "玩具"},
       {{{"wooden train", "木制火车"}, 2900}, {{"soft rabbit", "毛绒兔子"}, 2200}, {{"jigsaw puzzle", "拼图"}, 1700}, {{"building blocks", "积木"}, 2600},
        {{"picture book", "绘本"}, 900}, {{"spinning top", "陀螺"}, 800}, {{"tea-party set", "过家家茶具"}, 2400}, {{"kite", "风筝"}, 1800}},
       {{{"beechwood", "榉木"}, 0}, {{"heirloom", "复古"}, 0}, {{"Montessori", "蒙氏"}, 1}, {{"magnetic", "磁力"}, 1}, {{"dinosaur", "恐龙"}, 2}, {{"circus", "马戏团"}, 2}},
       {{"Suitable from three years of age.", "适合三岁以上儿童。"}, {"The paint is water-based and safe.", "采用安全水性漆。"}, {"It keeps small hands busy for hours.", "小朋友能玩上几个小时。"}, {"It comes in a cotton drawstring bag.", "附棉布束口袋。"}}},
      {"bath", {"Bath", "沐浴用品"},
       {{{"bath towel", "浴巾"}, 2600}, {{"soap bar", "手工皂"}, 650}, {{"bath salts", "浴盐"}, 1200}, {{"bath mat", "浴室地垫"}, 2900},
        {{"dressing gown", "浴袍"}, 6500}, {{"hand cream", "护手霜"}, 1100}, {{"soap dish", "皂碟"}, 950}, {{"shower steamers", "淋浴香片"}, 1000}},
       {{{"oatmeal-and-honey", "燕麦蜂蜜"}, 0}, {{"rosemary", "迷迭香"}, 0}, {{"waffle-weave", "华夫格"}, 1}, {{"unscented", "无香"}, 1}, {{"sea-shell", "贝壳"}, 2}, {{"bubblegum", "泡泡糖"}, 2}},
       {{"Gentle enough for sensitive skin.", "温和，适合敏感肌肤。"}, {"It dries quickly on the rail.", "挂起来很快就干。"}, {"A spa evening at home.", "在家享受水疗之夜。"}, {"Free of palm oil and plastic.", "不含棕榈油和塑料。"}}},
      {"pets", {"Pets", "宠物用品"},
       {{{"dog bed", "狗窝"}, 5600}, {{"cat basket", "猫篮"}, 4200}, {{"dog lead", "牵引绳"}, 2300}, {{"food bowl", "食盆"}, 1500},
        {{"treat jar", "零食罐"}, 1700}, {{"catnip mouse", "猫薄荷老鼠"}, 700}, {{"dog coat", "狗外套"}, 3400}, {{"scratching post", "猫抓柱"}, 3900}},
       {{{"tweed", "粗花呢"}, 0}, {{"rope", "绳编"}, 0}, {{"orthopaedic", "记忆棉"}, 1}, {{"non-slip", "防滑"}, 1}, {{"paw-print", "爪印"}, 2}, {{"squeaky", "会叫的"}, 2}},
       {{"The cover comes off for washing.", "外套可拆洗。"}, {"Tested by four very fussy terriers.", "经过四只挑剔的梗犬测试。"}, {"Sturdy stitching at every seam.", "每处缝线都很牢固。"}, {"Your cat will pretend not to like it.", "猫咪会假装不喜欢它。"}}},
  };
  return categories;
}
// clang-format on

}  // namespace clientele::sample
