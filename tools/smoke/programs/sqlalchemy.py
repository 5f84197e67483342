# sqlalchemy: tables, the ORM with relations and events, statements of three dialects.
import datetime
import warnings

warnings.simplefilter('ignore')
from sqlalchemy import JSON, Boolean, CheckConstraint, Column, DateTime, Enum, ForeignKey, Index, Integer, MetaData, Numeric, String, Table, create_engine, desc, event, func, insert, inspect, literal, or_, select, text, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Session, aliased, declarative_base, relationship, selectinload, validates
from sqlalchemy.schema import CreateTable

Base = declarative_base()


class User(Base):
    __tablename__ = 'user'
    id = Column(Integer, primary_key=True)
    name = Column(String(30), unique=True)
    addresses = relationship('Address', back_populates='user', cascade='all, delete-orphan', order_by='Address.id')

    @validates('name')
    def not_empty(self, key, value):
        if not value:
            raise ValueError(f'{key} is empty')
        return value

    def __repr__(self):
        return f'User({self.id}, {self.name})'


class Address(Base):
    __tablename__ = 'address'
    id = Column(Integer, primary_key=True)
    email = Column(String)
    user_id = Column(ForeignKey('user.id'))
    user = relationship(User, back_populates='addresses')

    def __repr__(self):
        return f'Address({self.email})'


engine = create_engine('sqlite://')
Base.metadata.create_all(engine)
commits = []
event.listen(engine, 'commit', lambda connection: commits.append(connection.engine is engine))
with Session(engine) as session:
    session.add_all([User(name='spongebob', addresses=[Address(email='a@x'), Address(email='b@x')]), User(name='sandy', addresses=[Address(email='c@y')]), User(name='pat')])
    session.commit()
    print(session.scalars(select(User).where(User.name.in_(['spongebob', 'sandy'])).order_by(User.id)).all())
    print(session.execute(select(User.name, func.count(Address.id)).join(User.addresses, isouter=True).group_by(User.id).order_by(desc(func.count(Address.id)), User.name)).all())
    for user in session.scalars(select(User).options(selectinload(User.addresses))):
        print(user, user.addresses)
    sandy = session.scalars(select(User).filter_by(name='sandy')).one()
    sandy.addresses.clear()
    session.flush()
    print(session.scalar(select(func.count()).select_from(Address)))
    session.rollback()
    print(session.scalar(select(func.count()).select_from(Address)))
    try:
        session.add(User(name='pat'))
        session.flush()
    except Exception as error:
        print(type(error).__name__, error)
        session.rollback()
    try:
        User(name='')
    except ValueError as error:
        print(error)
    other = aliased(Address)
    query = select(User, other).join(other, User.id == other.user_id).where(or_(other.email.like('%x'), other.id > 2)).order_by(other.id)
    print(query)
    print(session.execute(query).all())
    numbers = select(literal(1).label('n')).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < 5))
    print(session.execute(select(func.sum(numbers.c.n))).scalar())
    session.delete(session.get(User, 1))
    session.commit()
    print(session.scalars(select(Address)).all())
print(commits)

metadata = MetaData()
table = Table('things', metadata, Column('id', Integer, primary_key=True), Column('made', DateTime, default=datetime.datetime(2020, 1, 1)), Column('data', JSON), Column('price', Numeric(10, 2)), Column('kind', Enum('a', 'b', name='kinds')), Column('ready', Boolean), Index('by_date', 'made'), CheckConstraint('price > 0'))
for dialect in postgresql, mysql, sqlite:
    print(CreateTable(table).compile(dialect=dialect.dialect()))
with engine.begin() as connection:
    metadata.create_all(connection)
    connection.execute(insert(table), [{'data': {'a': [1]}, 'price': 1.5, 'kind': 'a', 'ready': True}, {'data': None, 'price': 2, 'kind': 'b', 'ready': False}])
    for row in connection.execute(select(table)):
        print(row)
    print(connection.execute(update(table).where(table.c.id == 2).values(price=table.c.price * 2)).rowcount)
    print(connection.execute(text('select count(*) from things where price > :low'), {'low': 1}).scalar())
print(inspect(engine).get_table_names(), inspect(engine).get_indexes('things'))
