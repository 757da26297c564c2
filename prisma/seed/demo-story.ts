/**
 * The demo story, written for this project: fourteen scenes, three branches (two diverge, one of them comes back),
 * choices with conditions, two characters, four endings. Prose is plain text, paragraphs parted by a blank line.
 */
interface DemoScene {
  readonly id: string
  readonly branch: 'main' | 'cliff' | 'harbour'
  readonly title: string
  readonly type: 'scene' | 'hub' | 'ending' | 'convergence'
  readonly x: number
  readonly y: number
  readonly summary: string
  readonly moods: readonly string[]
  readonly cast: readonly ('ines' | 'tam')[]
  readonly metadata?: Readonly<Record<string, string>>
  readonly prose: string
}

interface DemoEdge {
  readonly from: string
  readonly to: string
  readonly type: 'next' | 'choice' | 'converges'
  readonly text?: string
  readonly needs?: { readonly variable: 'page' | 'trust'; readonly value: boolean | number }
  readonly gives?: { readonly variable: 'page' | 'trust'; readonly value: boolean | number }
}

export const demoTitle = "The Keeper's Ledger"
export const demoLogline =
  'On the night the lamp at Grey Head goes out, a keeper’s daughter has until the turn of the tide to learn who paid for the dark.'

export const demoCharacters = [
  {
    key: 'ines',
    name: 'Ines',
    aliases: ['Ines Varga'],
    description: 'Daughter of the keeper of Grey Head. Counts things when she is afraid.',
    build: 'slight, quick',
    hair: 'long dark braid',
    wardrobe: 'heavy oilskin coat, boots',
    colour: '#8c2f2b',
    marks: 'pale skin, a lantern in the left hand',
  },
  {
    key: 'tam',
    name: 'Tam',
    aliases: ['Tam Rook'],
    description: 'Boatman. Knows every rock of the Sisters and owes money on all of them.',
    build: 'broad, tall',
    hair: 'short pale hair, beard',
    wardrobe: 'knitted jersey, cap',
    colour: '#2f5a6b',
    marks: 'brown skin, a cap he never takes off',
  },
] as const

export const demoVariables = [
  {
    key: 'page',
    name: 'torn page',
    kind: 'bool',
    initial: false,
    description: 'Ines carries the page that was cut from the ledger.',
  },
  {
    key: 'trust',
    name: 'trust',
    kind: 'int',
    initial: 0,
    description: 'How far Ines and Tam believe each other, from 0.',
  },
] as const

export const demoBranches = [
  { key: 'cliff', name: 'By the cliff path', fork: 'quay', parent: 'main', reason: 'What if she goes alone?' },
  {
    key: 'harbour',
    name: 'The inspector comes',
    fork: 'ledger',
    parent: 'main',
    reason: 'What if she tells the truth at once?',
  },
] as const

export const demoScenes: readonly DemoScene[] = [
  {
    id: 'lamp',
    branch: 'main',
    title: 'The lamp goes out',
    type: 'scene',
    x: 0,
    y: 190,
    summary: 'Ines wakes to darkness where the beam should be.',
    moods: ['tense', 'mysterious'],
    cast: ['ines'],
    metadata: { place: 'Grey Head light', timeOfDay: 'night', weather: 'still' },
    prose: `Ines woke because nothing crossed the ceiling.

For nineteen years the beam had gone over her bed every eleven seconds, white as a sheet being shaken out. Now the ceiling was only a ceiling. She lay and counted. Eleven. Twenty-two. Thirty-three. The dark held its breath with her.

"Father?" she said to the stair.

Nobody answered but the sea, and the sea was saying what it always said.`,
  },
  {
    id: 'stair',
    branch: 'main',
    title: 'Up the iron stair',
    type: 'scene',
    x: 255,
    y: 190,
    summary: 'The lamp room is empty, the wick dry, and the oil gone.',
    moods: ['tense'],
    cast: ['ines'],
    metadata: { place: 'Lamp room', timeOfDay: 'night' },
    prose: `There were a hundred and four steps. She did not need a light for them. On the ninetieth her hand found the rail wet, and smelled it, and it was oil.

The lamp room stood open to the wind. The great glass was whole. The wick was whole. The tank below it, which her father filled at noon each day of his life, was as dry as a cup on a shelf.

"You never once forgot," Ines said to the empty chair. "So you did not forget."

Far out, small and green, a ship's light was coming on as if Grey Head still told it where to go.`,
  },
  {
    id: 'ledger',
    branch: 'main',
    title: 'The ledger',
    type: 'scene',
    x: 510,
    y: 190,
    summary: 'A page has been cut from the book that never lies.',
    moods: ['mysterious'],
    cast: ['ines'],
    metadata: { place: 'Keeper’s office', timeOfDay: 'night' },
    prose: `The ledger lay where it always lay, square to the edge of the desk. Her father wrote down oil, weather, ships and birds that broke themselves on the glass. He wrote down what he was paid. It was the only book he had ever finished.

She turned to today. There was no today. A blade had gone down the gutter so neatly that the book closed without a gap.

Through the paper behind it, if she tilted the lantern, she could read the ghost of two words pressed there by a hard pencil: The Sisters. And under them a sum of money that no keeper ever saw.`,
  },
  {
    id: 'quay',
    branch: 'main',
    title: 'The quay at midnight',
    type: 'hub',
    x: 765,
    y: 190,
    summary: 'Tam is waiting with a boat, and an answer for everything.',
    moods: ['tense', 'mysterious'],
    cast: ['ines', 'tam'],
    metadata: { place: 'The quay', timeOfDay: 'night' },
    prose: `Tam Rook sat on the last bollard with his cap pulled down, as if midnight were an hour like any other.

"Lamp's out," he said.

"You can see that from here?"

"I can see that from anywhere. That's what it's for." He nodded at the boat below him. "Your father took the path along the cliff an hour ago, and he wasn't alone. I can have you at the Sisters before the tide turns. Or you can walk after him and arrive when it's over."

The boat knocked twice on the stones. Ines looked at it, and at the path, and at the man.`,
  },
  {
    id: 'oars',
    branch: 'main',
    title: 'Under the oars',
    type: 'scene',
    x: 1020,
    y: 60,
    summary: 'Between strokes Tam says half of what he knows.',
    moods: ['tense'],
    cast: ['ines', 'tam'],
    metadata: { place: 'Open water', timeOfDay: 'night', weather: 'swell' },
    prose: `He rowed the way other men breathe. The land went away behind them without a sound.

"They pay by the hour of darkness," Tam said at last. "Three hours is a winter's coal. Six is a roof. Your father asked for one, and then asked what the ship was."

"And what is the ship?"

"He shouldn't have asked," said Tam, and pulled, and for eleven strokes said nothing more.

Ines counted them. Then she told him about the cut page, because somebody had to go first.`,
  },
  {
    id: 'wreck',
    branch: 'main',
    title: 'The wreck on the Sisters',
    type: 'scene',
    x: 1275,
    y: 60,
    summary: 'An old hull wedged in the rocks, and a chart case that is not old.',
    moods: ['mysterious', 'fearful'],
    cast: ['ines', 'tam'],
    metadata: { place: 'The Sisters', timeOfDay: 'night', weather: 'rising wind' },
    prose: `There had been a ship on the Sisters before Ines was born, and most of it was there still, ribs up, like something that had died on its back.

Tam held the boat against the hull with one hand. "In there," he said. "They leave things. I never look."

"You never look," said Ines, and climbed.

Inside it smelled of rope and candles. On a nail hung a chart case of new leather. In the case was a folded page in her father's hand, and below her Tam had begun, very quietly, to whistle the way men do when they see a light where there should be none.`,
  },
  {
    id: 'cliff-path',
    branch: 'cliff',
    title: 'The cliff path',
    type: 'scene',
    x: 1020,
    y: 320,
    summary: 'Alone, with a lantern she does not dare to open.',
    moods: ['fearful'],
    cast: ['ines'],
    metadata: { place: 'Cliff path', timeOfDay: 'night' },
    prose: `She kept the lantern shut and let her boots find the way. The path was a hand wide in places, and in places less. Somewhere below, the sea moved furniture about.

Two men had come this way; she read it in the wet grass. One of them had dragged his left foot, as her father did in damp weather. The other had not slowed down for him once.

"I am not afraid of heights," Ines told the dark. "I live in one."

It was true, and it helped for about forty steps.`,
  },
  {
    id: 'bell',
    branch: 'cliff',
    title: 'The bell that should not ring',
    type: 'scene',
    x: 1275,
    y: 320,
    summary: 'Somebody has muffled the buoy, and dropped what they muffled it with.',
    moods: ['mysterious'],
    cast: ['ines'],
    metadata: { place: 'Below the cliff', timeOfDay: 'night' },
    prose: `Where the path came down to the shingle she stopped, because of what she did not hear. The bell buoy off the point rang with every swell. It had rung at her mother's burying. Tonight it nodded in the water like a man agreeing, and made no sound.

They had wrapped the clapper in a coat. The sea had pulled one sleeve loose and laid it on the stones at her feet: good wool, brass buttons, the badge of the harbour office.

In the pocket was a knife with paper dust along its blade. So it had not been a smuggler who cut the ledger. It had been somebody with a desk.`,
  },
  {
    id: 'cave',
    branch: 'main',
    title: 'The sea cave',
    type: 'convergence',
    x: 1540,
    y: 190,
    summary: 'Every road of the night ends in the same wet room.',
    moods: ['tense', 'fearful'],
    cast: ['ines', 'tam'],
    metadata: { place: 'The sea cave', timeOfDay: 'before dawn' },
    prose: `The cave had one lantern in it and three men. Her father sat on a cask with his bad foot stretched out before him, not tied, which was worse. Beside him the harbour master was reading his watch. The third man was Tam, or had been a moment before; now he was only a shape that had stepped back from the light.

"Miss Varga," said the harbour master. "We have forty minutes. After that the ship is either rich or broken, and nobody here will have done anything at all."

"It's written down," said Ines.

"It was," he agreed, and smiled, and held out his hand for whatever she might be carrying.`,
  },
  {
    id: 'light',
    branch: 'main',
    title: 'A light on Grey Head',
    type: 'ending',
    x: 1810,
    y: 20,
    summary: 'The page is read aloud, and four people hear what they are.',
    moods: ['joyful', 'tense'],
    cast: ['ines', 'tam'],
    metadata: { endingKind: 'hopeful' },
    prose: `She did not give him the page. She read it. It took less than a minute: the date, the sum, the name of the ship, and the name of the man who had brought the money, spelled with care, because her father had never in his life misspelled a name.

When she finished, nobody in the cave was only standing there any more.

"He'll need oil," said Tam from the dark. "There's two casks in my boat. I was paid in it." He took off his cap, looked into it, and put it back on. "I'll row."

At eleven minutes to four the beam went out over the water, white as a sheet being shaken out, and far away a green light thought again, and turned.`,
  },
  {
    id: 'word',
    branch: 'main',
    title: "A boatman's word",
    type: 'ending',
    x: 1810,
    y: 190,
    summary: 'There is no page, but there is a witness.',
    moods: ['peaceful', 'sad'],
    cast: ['ines', 'tam'],
    metadata: { endingKind: 'bittersweet' },
    prose: `"She has nothing," said the harbour master. "Look at her hands."

"She's got me," said Tam.

He said it so quietly that the sea nearly had it. Then he told the rest: which nights, how many hours, what was in the casks, who came for them, and his own share in coins, which was the part he could have left out. Ines watched the harbour master grow smaller with each sum.

They lit the lamp too late for the rocks and early enough for the boats. Eleven men came out of the water. Tam went to prison for a year, and she wrote to him each week, mostly about birds.`,
  },
  {
    id: 'dark',
    branch: 'main',
    title: 'The dark passage',
    type: 'ending',
    x: 1810,
    y: 360,
    summary: 'She puts out the lantern, and the night keeps its price.',
    moods: ['sad'],
    cast: ['ines', 'tam'],
    metadata: { endingKind: 'tragic' },
    prose: `There was one thing in the cave she could reach, and she reached it. The lantern went out.

In the dark she had the advantage: she had been counting since the ceiling. Four steps to the cask. One to her father's sleeve. They were on the shingle before anyone thought of a match.

They had got as far as the second turn of the path when the sound came up from the Sisters, a long way off, like a cupboard falling down a stair. Her father stopped. He took out his pencil.

"What hour do you make it?" he asked. And because somebody had to write it down, she told him.`,
  },
  {
    id: 'launch',
    branch: 'harbour',
    title: "The inspector's launch",
    type: 'scene',
    x: 765,
    y: 450,
    summary: 'She rouses the coast guard and tells it all to a man in a dressing gown.',
    moods: ['tense'],
    cast: ['ines'],
    metadata: { place: 'Coast guard house', timeOfDay: 'night' },
    prose: `The inspector came to the door in a dressing gown with anchors on it. He listened to the whole of it standing up. When she came to the sum of money he put on his shoes.

"You understand," he said, "that it is his signature too. Whatever is on that page, your father signed the book above it and below it."

"He signs everything," said Ines. "He signs for the gulls."

"Then we had better find the page," said the inspector, "before somebody finds your father." And he rang a bell that did what bells are for.`,
  },
  {
    id: 'quiet',
    branch: 'harbour',
    title: 'The quiet harbour',
    type: 'ending',
    x: 1020,
    y: 450,
    summary: 'Everything is done properly. It takes all night.',
    moods: ['peaceful'],
    cast: ['ines'],
    metadata: { endingKind: 'ambiguous' },
    prose: `By two there were lanterns along the whole quay. By three they had the harbour master's coat, and by half past they had the harbour master. The ship was met outside the Sisters by a launch with a very large lamp and brought in like a cow.

Tam Rook's boat was not at its ring. It was not at its ring in the morning either, nor in spring.

Her father came home at five, filled the tank, trimmed the wick, and lit it, though the sun was nearly up. Then he sat down to the ledger, and drew a line under the missing day, and for the first time she could remember he did not know what to write.`,
  },
]

export const demoEdges: readonly DemoEdge[] = [
  { from: 'lamp', to: 'stair', type: 'next' },
  { from: 'stair', to: 'ledger', type: 'next' },
  { from: 'ledger', to: 'quay', type: 'choice', text: 'Go down to the quay and ask Tam' },
  { from: 'ledger', to: 'launch', type: 'choice', text: 'Wake the inspector' },
  { from: 'quay', to: 'oars', type: 'choice', text: 'Step into the boat', gives: { variable: 'trust', value: 1 } },
  { from: 'quay', to: 'cliff-path', type: 'choice', text: 'Take the cliff path alone' },
  { from: 'oars', to: 'wreck', type: 'next' },
  {
    from: 'wreck',
    to: 'cave',
    type: 'choice',
    text: 'Hide the page in your coat and go on',
    gives: { variable: 'page', value: true },
  },
  {
    from: 'wreck',
    to: 'cave',
    type: 'choice',
    text: 'Give Tam the page to keep',
    gives: { variable: 'trust', value: 1 },
  },
  { from: 'cliff-path', to: 'bell', type: 'next' },
  { from: 'bell', to: 'cave', type: 'converges' },
  { from: 'cave', to: 'light', type: 'choice', text: 'Read the page aloud', needs: { variable: 'page', value: true } },
  { from: 'cave', to: 'word', type: 'choice', text: 'Look at Tam, and wait', needs: { variable: 'trust', value: 2 } },
  { from: 'cave', to: 'dark', type: 'choice', text: 'Put out the lantern' },
  { from: 'launch', to: 'quiet', type: 'next' },
]

/** Scenes whose panels the first start drafts from the prose and has drawn by rules. */
export const demoComicScenes = ['lamp', 'quay'] as const
